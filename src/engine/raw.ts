import { refusalOf } from './errors.ts';

/** What the engine gives where it has nothing: absent or null. */
export type Maybe<T> = T | null | undefined;

export type RawLabels = Maybe<Readonly<Record<string, string>>>;

/** The one place where an answer of the engine is taken for what its API says; every member stays doubtful. */
export function mapAnswer<R>(answer: unknown, toValue: (raw: never) => R): R[] {
	if (answer === null || answer === undefined) return [];
	if (!Array.isArray(answer)) throw refusalOf('the answer of the container engine is not a list');
	return answer.map((raw) => toValue(raw as never));
}
