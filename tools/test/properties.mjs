// The seed of the tests that search for counterexamples (fast-check). A run of the suites is repeatable: it searches
// the same cases every time. PROPERTY_SEED=random searches new ones, PROPERTY_SEED=<number> those of a seed that a
// failure told.
import { createRequire } from 'node:module';
import asModule from 'fast-check';

const asCommonJs = createRequire(import.meta.url)('fast-check'); // which of the two a test gets is its loader's choice

const asked = process.env.PROPERTY_SEED ?? '20261120';
if (asked !== 'random') {
	const seed = Number(asked);
	if (!Number.isSafeInteger(seed))
		throw new Error(`PROPERTY_SEED=${asked} is no whole number, nor "random"`);
	for (const fc of [asModule, asCommonJs])
		fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
}
