// Two small comforts; every page works without them.
// 1. A QR code holds the follow code in the address's fragment, which no server ever sees: put it into the field.
const field = document.querySelector("input[name=code]");
if (field && location.hash.length > 1) {
  field.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
}
// 2. A button that prints, shown only where it can.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
