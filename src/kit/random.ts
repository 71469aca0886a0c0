import { randomBytes } from 'node:crypto';

/** Chance, passed in so that tests can decide it. */
export interface Random {
	/** 0 (inclusive) to 1. */
	fraction(): number;
	/** 32 lower-case hex digits from a cryptographic source. */
	hex32(): string;
}

export const systemRandom: Random = {
	fraction: () => Math.random(),
	hex32: () => randomBytes(16).toString('hex'),
};
