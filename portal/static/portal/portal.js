/* Small conveniences; every page works without them. */
"use strict";

// Buttons that only a script can serve (print) stay hidden without one.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Selects that filter a list send their form at once; without a script the form has its button.
for (const select of document.querySelectorAll("select[data-send]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}
