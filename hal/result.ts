/**
 * The outcome of anything that may fail in service. Devices fail all day: that is a value, not an
 * exception. Throwing is for bugs only (the machine then parks).
 */
export type Ok<T> = { readonly ok: true; readonly value: T };
export type Err<E> = { readonly ok: false; readonly error: E };
export type Result<T, E> = Ok<T> | Err<E>;

export const ok = <T>(value: T): Ok<T> => ({ ok: true, value });
export const err = <E>(error: E): Err<E> => ({ ok: false, error });

/** Success that carries nothing. */
export const done: Ok<void> = { ok: true, value: undefined };
