/**
 * Jest reads every module anew for each file: of rxjs it takes the one file that holds all (`moduleNameMapper` in
 * `package.json`), where Node reads 226. What `rxjs/operators` names is in it too.
 */
module.exports = require('rxjs').operators;
