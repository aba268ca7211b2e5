type Listener = (forms: readonly string[]) => void;

const listeners = new Set<Listener>();

/**
 * Calls a listener with what is read of a form that only a later release knows, by names of items and attributes, never
 * by their values. Items are read deep below whoever can count that: a Lambda listens for all of its stores.
 *
 * @returns a function that ends it.
 */
export function onUnknownForms(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function tellOfUnknownForms(forms: readonly string[]): void {
  if (forms.length > 0) for (const listener of listeners) listener(forms);
}
