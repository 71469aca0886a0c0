import fc from 'fast-check';
import type { AppSketch } from './sketch.ts';
import { appArbitrary, intentArbitrary, mishapArbitrary, type Mishap } from './arbitraries.ts';
import type { Intent } from '../../model/plan.ts';

/** One thing that happens to a device. */
export type Happening =
	| { readonly kind: 'target'; readonly apps: readonly AppSketch[] }
	/** The supervisor looks and acts; it is killed after so many steps, and every so many-th step is refused. */
	| { readonly kind: 'work'; readonly limit: number; readonly refusedEvery: number }
	| { readonly kind: 'mishap'; readonly mishap: Mishap }
	| { readonly kind: 'ask'; readonly appUuid: string; readonly intents: readonly Intent[] }
	| { readonly kind: 'elapse'; readonly ms: number }
	| { readonly kind: 'reboot' };

export interface History {
	readonly happenings: readonly Happening[];
	/** The target in the end. */
	readonly apps: readonly AppSketch[];
	/** Chooses the order among steps that may come next. */
	readonly choices: readonly number[];
}

const apps = fc.oneof(
	fc.tuple(appArbitrary()),
	fc.tuple(appArbitrary(), appArbitrary('app2', 2)),
	fc.constant([]),
);

const happening: fc.Arbitrary<Happening> = fc.oneof(
	{
		weight: 3,
		arbitrary: fc.record({ kind: fc.constant('target' as const), apps }),
	},
	{
		weight: 5,
		arbitrary: fc.record({
			kind: fc.constant('work' as const),
			limit: fc.oneof(fc.constant(Infinity), fc.nat(15)),
			refusedEvery: fc.constantFrom(Infinity, Infinity, 5, 9),
		}),
	},
	{
		weight: 2,
		arbitrary: fc.record({ kind: fc.constant('mishap' as const), mishap: mishapArbitrary }),
	},
	{
		weight: 1,
		arbitrary: fc.record({
			kind: fc.constant('ask' as const),
			appUuid: fc.constantFrom('app1', 'app2'),
			intents: fc.array(intentArbitrary, { maxLength: 2 }),
		}),
	},
	{
		weight: 1,
		arbitrary: fc.record({ kind: fc.constant('elapse' as const), ms: fc.nat(6000) }),
	},
	{ weight: 1, arbitrary: fc.constant({ kind: 'reboot' as const }) },
);

export const historyArbitrary: fc.Arbitrary<History> = fc.record({
	happenings: fc.array(happening, { minLength: 1, maxLength: 10 }),
	apps,
	choices: fc.array(fc.nat(50), { minLength: 1, maxLength: 20 }),
});
