/** Adds a listener to those of its kind. The returned function ends it. */
export const listen = <T>(listeners: Set<T>, listener: T): (() => void) => {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
};
