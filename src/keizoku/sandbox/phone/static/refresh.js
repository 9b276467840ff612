// Looks for news every few seconds and exchanges only the part that has some; nothing is lost while somebody types.
const PERIOD = 3000;

async function look() {
  const shown = document.getElementById("live");
  if (!shown || document.hidden || shown.contains(document.activeElement)) return;
  const reply = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!reply.ok) return;
  const fresh = new DOMParser().parseFromString(await reply.text(), "text/html").getElementById("live");
  if (fresh && fresh.innerHTML !== shown.innerHTML) shown.replaceWith(fresh);
}

setInterval(() => look().catch(() => undefined), PERIOD);
