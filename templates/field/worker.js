// Keeps the shell of the field's pages on the phone: they open without a network. Data and what is sent go past it.
const CACHE = "field-{{ version }}";
const FILES = {{ files|safe }};

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("field-") && name !== CACHE;
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))).then(() => self.clients.claim()),
  );
});
self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin || !FILES.includes(address.pathname)) return;
  event.respondWith(
    caches.open(CACHE).then((cache) => cache.match(address.pathname, { ignoreVary: true })).then((kept) => kept || fetch(event.request)),
  );
});
