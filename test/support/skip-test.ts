import type { Context } from 'mocha';

/** Skips the test, or the tests of the hook, and says why. Does not return. */
export function skipTest(context: Context, reason: string): never {
	process.stdout.write(`    skipped: ${reason}\n`);
	return context.skip();
}
