/**
 * The script of the documentation. It exchanges the token of the URL for the cookie of a session, and takes it out of the address
 * bar and the history at once.
 */
export const DOCS_SCRIPT = `"use strict";
(async () => {
  const status = document.getElementById("session");
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token !== null) history.replaceState(null, "", location.pathname);
  try {
    const answer = token === null
      ? await fetch("/session")
      : await fetch("/session", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ token }),
        });
    const body = await answer.json();
    status.textContent = answer.ok
      ? "Signed in as " + body.actor + " (" + body.scopes.join(", ") + ")"
      : token === null ? "Not signed in" : body.detail;
  } catch {
    status.textContent = "The router does not answer";
  }
})();
`;
