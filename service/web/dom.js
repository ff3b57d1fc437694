// Builds elements from data; text is always text, never markup.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value == null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child != null && child !== false));
  return node;
}

// Does something for a button that waits until it is done: pressed twice, it happens once. `onError` draws what went wrong.
export async function singly(button, work, onError) {
  if (button.disabled) return;
  button.disabled = true;
  try { await work(); } catch (error) { onError(error); } finally { button.disabled = false; }
}
