-- Who was compared last with what is stated of everybody, after a full export of this source; null: nobody is to be.
alter table declared_source add column compared_to uuid;
