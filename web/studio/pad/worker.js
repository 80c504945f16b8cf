// @ts-check
// The service worker of the pad: it keeps the page of a meeting, with its list of speakers, and the page's scripts and styles, so that
// the pad opens in a room without a network. Everything else goes to the network as ever.

const kept = "rostrum-pad";
const worker = /** @type {any} */ (self);
const patience = 4000; // milliseconds that a page may take before the kept one is shown

const base = () => new URL(worker.registration.scope).pathname.replace(/\/studio\/pad\/$/, "");

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (/** @type {any} */ e) => e.waitUntil(worker.clients.claim()));

// The page says what it is made of, since it was loaded before this worker was there to see it.
worker.addEventListener("message", (/** @type {any} */ e) => e.waitUntil(keep(e.data.page, e.data.assets)));

/** @param {string} page @param {string[]} assets */
async function keep(page, assets) {
  const cache = await caches.open(kept);
  for (const old of await cache.keys()) {
    if (isAsset(new URL(old.url)) && !assets.includes(old.url)) await cache.delete(old);
  }
  await Promise.all(assets.map(async (url) => { if (!await cache.match(url)) await cache.add(url); }));
  if (!await cache.match(page)) await load(new Request(page, { credentials: "same-origin" }));
  for (const client of await worker.clients.matchAll()) client.postMessage({ kept: true });
}

/** @param {URL} url */
const isAsset = (url) => url.origin === location.origin && url.pathname.startsWith(`${base()}/assets/`);

worker.addEventListener("fetch", (/** @type {any} */ e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== "GET" || url.origin !== location.origin) return;
  if (e.request.mode === "navigate") e.respondWith(navigate(e.request));
  else if (isAsset(url)) e.respondWith(asset(e.request));
});

// load fetches a page and keeps it. Whoever is signed out gets no kept page either.
/** @param {Request} request */
async function load(request) {
  const answer = await fetch(request), cache = await caches.open(kept), name = plain(request.url);
  if (answer.ok && !answer.redirected) await cache.put(name, answer.clone());
  else if (answer.type === "opaqueredirect" || answer.redirected || [401, 403, 404].includes(answer.status)) await cache.delete(name);
  return answer;
}

/** @param {string} url */
const plain = (url) => url.replace(/[?#].*$/, "");

/** @param {Request} request */
async function navigate(request) {
  const old = await (await caches.open(kept)).match(plain(request.url));
  const fresh = load(request);
  if (!old) return fresh;
  const late = new Promise((resolve) => setTimeout(() => resolve(old), patience));
  return Promise.race([fresh.catch(() => old), late]);
}

// asset answers with a file whose name says what is in it: it never changes.
/** @param {Request} request */
async function asset(request) {
  return await (await caches.open(kept)).match(request.url) ?? fetch(request);
}
