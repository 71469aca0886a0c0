import { expect } from 'chai';
import type { ErrorCode } from '../../../kit/error-codes.ts';
import { SupervisorError } from '../../../kit/errors.ts';

/** For calls that are never aborted. */
export const never: AbortSignal = new AbortController().signal;

/** A name of this test's own. */
export function ownName(kind: string): string {
	return `hf-contract-${kind}-${Math.random().toString(36).slice(2, 10)}`;
}

/** @returns the failure, which has this code and a message */
export async function expectCode(
	work: Promise<unknown>,
	code: ErrorCode,
): Promise<SupervisorError> {
	const err: unknown = await work.then(
		() => undefined,
		(thrown: unknown) => thrown,
	);
	expect(err).to.be.instanceOf(SupervisorError);
	if (!(err instanceof SupervisorError)) throw new Error('unreachable');
	expect(`${err.code}: ${err.message}`).to.match(new RegExp(`^${code}: .`));
	return err;
}

/** The first `count` values; then the iteration is closed. */
export async function take<T>(values: AsyncIterable<T>, count: number): Promise<T[]> {
	const taken: T[] = [];
	for await (const value of values) {
		taken.push(value);
		if (taken.length >= count) break;
	}
	return taken;
}

export async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
	return take(values, Number.POSITIVE_INFINITY);
}
