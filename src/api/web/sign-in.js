"use strict";
// Signs in by name and password, or by a one-time link: /sign-in#<code>. No build, no library.

const at = (id) => document.getElementById(id);
const code = location.hash.slice(1);

if (code) {
  // The code is worth a password: it must not stay in the address bar or in the history.
  history.replaceState(null, "", "/sign-in");
  at("title").textContent = "Choose a password";
  at("hint").textContent = "Ten characters or more, for example four words. The first administrator chooses a name too; "
    + "everybody else leaves it empty.";
  at("password").autocomplete = "new-password";
  at("go").textContent = "Set password and sign in";
}

at("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  at("error").textContent = "";
  at("go").disabled = true;
  const body = { password: at("password").value };
  if (code) body.code = code;
  if (at("name").value || !code) body.name = at("name").value;
  try {
    const answer = await fetch(code ? "/api/v1/session/link" : "/api/v1/session", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    const json = await answer.json();
    if (!answer.ok) throw new Error(json.detail || answer.statusText);
    location.replace("/");
  } catch (error) {
    at("error").textContent = error.message;
    at("go").disabled = false;
  }
});
