// What all parts of the field's pages know: whose phone it is now, and how it stands with the network.
export const state = { me: null, token: "", online: true, login: false };
export const addresses = typeof document === "undefined" ? {} : document.body.dataset;
