import { z } from 'zod';
import validRange from 'semver/ranges/valid.js';
import { parseWith, type Parsed } from './composition/parsed.ts';

/** What a service may require of its device (contract 4.9). */
const requirementTypes = [
	'sw.supervisor',
	'sw.l4t',
	'sw.os',
	'sw.kernel',
	'hw.device-type',
	'arch.sw',
] as const;

const word = z.string({ error: 'must be a string' }).min(1, 'must not be empty');

const versionRange = word.refine(
	(text) => validRange(text) !== null,
	'must be a range of versions such as >=1.2.0',
);

const Requirement = z.object(
	{
		type: z.enum(requirementTypes, { error: `must be one of ${requirementTypes.join(', ')}` }),
		slug: word.optional(),
		version: versionRange.optional(),
		data: z.record(z.string(), z.unknown(), { error: 'must be a map' }).optional(),
	},
	{ error: 'must be a map' },
);
/** One thing a device must have; fields that are absent do not matter. */
export type Requirement = z.infer<typeof Requirement>;

const Alternatives = z.object(
	{
		or: z.array(Requirement, { error: 'must be a list' }).min(1, 'must not be empty'),
	},
	{ error: 'must be a map' },
);

/** Requirements of which one must be met. */
type AnyOf = readonly Requirement[];

/** A map with `or` is a list of alternatives, any other a single requirement; each has its own complaints. */
const requires = z.unknown().transform((value, ctx): AnyOf => {
	const isList = typeof value === 'object' && value !== null && 'or' in value;
	const result = isList
		? Alternatives.transform(({ or }) => or).safeParse(value)
		: Requirement.transform((one) => [one]).safeParse(value);
	if (result.success) return result.data;
	for (const { path, message } of result.error.issues) {
		ctx.addIssue({ code: 'custom', path: [...path], message });
	}
	return z.NEVER;
});

const Contract = z.object(
	{
		type: word.default('sw.container'),
		slug: word.optional(),
		requires: z.array(requires, { error: 'must be a list' }).nullish(),
	},
	{ error: 'must be a map' },
);

/** What a service asks of its device: each of these lists has a requirement that is met. */
export interface ServiceContract {
	readonly requires: readonly AnyOf[];
}

/** Reads the contract of a service. @param at - its path in the app: `services.web.contract` */
export function parseServiceContract(json: unknown, at: string): Parsed<ServiceContract> {
	const parsed = parseWith(Contract, json, at);
	return parsed.ok ? { ok: true, value: { requires: parsed.value.requires ?? [] } } : parsed;
}
