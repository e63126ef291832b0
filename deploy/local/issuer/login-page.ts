import { unbroken } from '#libs/trade';
import type { DemoUser } from './users.js';

const css = `
:root{--blue:#000091;--line:#ddd;--soft:#f5f5fe}
*{box-sizing:border-box}
body{margin:0;font:16px/1.5 Marianne,system-ui,-apple-system,"Segoe UI",Arial,sans-serif;color:#161616;background:#f6f6f6}
header{background:#fff;border-bottom:1px solid var(--line);padding:1rem 1.5rem;font-weight:700}
header small{display:block;font-weight:400;color:#666}
main{max-width:46rem;margin:2rem auto;padding:2rem;background:#fff;border:1px solid var(--line)}
h1{margin-top:0;font-size:1.75rem}
h2{font-size:1rem;margin:1.5rem 0 .5rem;color:#666;font-weight:700}
label{display:block;font-weight:500;margin-bottom:.25rem}
input[type=text],input[type=password]{width:100%;padding:.5rem 1rem;border:0;border-bottom:2px solid #3a3a3a;background:#eee;font:inherit;border-radius:.25rem .25rem 0 0}
.field{margin-bottom:1rem}
button{background:var(--blue);color:#fff;border:0;padding:.6rem 1.25rem;font:inherit;font-weight:500;cursor:pointer}
button:hover{background:#1212ff}
.error{border-left:4px solid #ce0500;background:#ffe9e9;padding:.75rem 1rem;margin-bottom:1rem}
.note{border-left:4px solid var(--blue);background:var(--soft);padding:.75rem 1rem;margin-bottom:1.5rem}
ul{list-style:none;margin:0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(min(19rem,100%),1fr));gap:.5rem}
li button{width:100%;text-align:left;background:#fff;color:#161616;border:1px solid var(--line);padding:.6rem .9rem}
li button:hover{background:var(--soft);border-color:var(--blue)}
li button span{display:block;font-size:.875rem;color:#666;font-weight:400}
:focus-visible{outline:2px solid #0a76f6;outline-offset:2px}`;

type LoginPage = {
  /** Whoever is logged in is to prove it once more. */
  readonly isAfresh: boolean;
  readonly action: string;
  readonly users: readonly DemoUser[];
  readonly password: string;
  readonly login?: string;
  readonly error?: string;
};

/** The login page of the demo: it says the password, since everybody on it is invented. */
export function loginPage({
  isAfresh,
  action,
  users,
  password,
  login = '',
  error,
}: LoginPage): string {
  const accounts = users
    .map(
      (user) => `<li><button type="button" data-login="${escape(user.id)}">${escape(user.name)}
        <span>${escape(user.function)} — ${escape(user.id)}</span></button></li>`,
    )
    .join('\n');
  return page(
    'Se connecter',
    `<h1>Se connecter</h1>
    ${isAfresh ? afresh : ''}
    ${error ? `<p class="error" role="alert">${escape(error)}</p>` : ''}
    <form method="post" action="${escape(action)}">
      <div class="field"><label for="login">Identifiant</label>
        <input type="text" id="login" name="login" value="${escape(login)}" autocomplete="username" required autofocus></div>
      <div class="field"><label for="password">Mot de passe</label>
        <input type="password" id="password" name="password" autocomplete="current-password" required></div>
      <button type="submit">Se connecter</button>
    </form>
    <h2>Comptes de démonstration</h2>
    <p class="note">Toutes ces personnes sont inventées. Mot de passe commun : <strong>${escape(password)}</strong></p>
    <ul>${accounts}</ul>
    <script>
      document.querySelectorAll('[data-login]').forEach((button) => button.addEventListener('click', () => {
        document.getElementById('login').value = button.dataset.login;
        document.getElementById('password').value = ${JSON.stringify(password)};
        document.forms[0].requestSubmit();
      }));
    </script>`,
  );
}

const afresh =
  '<p class="note">Ce que vous allez signer engage des dépenses : votre connexion doit dater de moins de cinq minutes. Connectez-vous de nouveau ; vous revenez ensuite à votre saisie, qui est conservée.</p>';

/** Ends the login at once: the person has asked for it in the console. */
export function logoutPage(form: string): string {
  const confirmed = form.replace(
    '</form>',
    '<input type="hidden" name="logout" value="yes"></form>',
  );
  return page(
    'Déconnexion',
    `<h1>Déconnexion…</h1>${confirmed}
    <noscript><button type="submit" form="op.logoutForm">Se déconnecter</button></noscript>
    <script>document.forms[0].submit();</script>`,
  );
}

/** Where a person types the code that a terminal shows. */
export function codePage(form: string, isWrong: boolean): string {
  return page(
    'Connecter un terminal',
    `<h1>Connecter un terminal</h1>
    ${isWrong ? '<p class="error" role="alert">Ce code n’est pas, ou plus, valable. Recopiez celui que le terminal affiche.</p>' : '<p>Recopiez le code que le terminal affiche.</p>'}
    ${form}<button type="submit" form="op.deviceInputForm">Continuer</button>`,
  );
}

/** Whoever was sent a code by somebody else is warned: it lets that one in. */
export function confirmCodePage(form: string, userCode: string): string {
  return page(
    'Connecter un terminal',
    `<h1>Connecter un terminal</h1>
    <p>Le terminal affiche-t-il ce code ? <strong>${escape(userCode)}</strong></p>
    <p class="note">Si vous n’avez pas lancé cette connexion vous-même, abandonnez : elle agirait en votre nom.</p>
    ${form}<button type="submit" form="op.deviceConfirmForm">C’est bien lui : se connecter</button>
    <button type="submit" form="op.deviceConfirmForm" name="abort" value="yes">Abandonner</button>`,
  );
}

export function messagePage(title: string, message: string): string {
  return page(title, `<h1>${escape(title)}</h1><p>${escape(message)}</p>`);
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="fr"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(title)} — ENT du groupement</title>
<style>${css}</style></head><body><header>ENT du groupement<small>Fournisseur d’identité local (démonstration)</small></header>
<main>${unbroken(body)}</main></body></html>`;
}

function escape(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}
