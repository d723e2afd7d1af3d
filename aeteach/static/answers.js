// What the learner has answered: kept by the browser where it may, on this page where it may not.

const onThisPage = (globalThis.aeteachAnswers ??= new Map());
const PREFIX = "aeteach/";

function stored(act) {
  try { return act(globalThis.localStorage); } catch { return null; }
}

function kept(key) {
  return stored((shelf) => JSON.parse(shelf.getItem(PREFIX + key))) ?? onThisPage.get(key) ?? null;
}

function keep(key, value) {
  onThisPage.set(key, value);
  stored((shelf) => shelf.setItem(PREFIX + key, JSON.stringify(value)));
  document.dispatchEvent(new CustomEvent("aeteach-answer"));
}

function forget(keys) {
  keys.forEach((key) => {
    onThisPage.delete(key);
    stored((shelf) => shelf.removeItem(PREFIX + key));
  });
  document.dispatchEvent(new CustomEvent("aeteach-answer"));
}

function allKept() {
  const shelved = stored((shelf) => Object.keys(shelf).filter((key) => key.startsWith(PREFIX))) ?? [];
  const keys = new Set([...shelved.map((key) => key.slice(PREFIX.length)), ...onThisPage.keys()]);
  return Object.fromEntries([...keys].sort().map((key) => [key, kept(key)]));
}
