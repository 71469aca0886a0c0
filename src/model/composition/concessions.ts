import type { ServiceComposition } from '../composition.ts';
import { networkSharedWith } from '../target/references.ts';

type Service = Omit<ServiceComposition, 'ignored'>;

/**
 * A field that balena's supervisor does not know, beside one with which the engine would refuse it: the service goes
 * without it, as it does there.
 */
export interface Concession {
	readonly field: string;
	/** Why it has no effect, in words that follow its name. */
	readonly reason: string;
	readonly isThere: (service: Service) => boolean;
	readonly without: Partial<Service>;
}

/** Every such field. */
export const concessions: readonly Concession[] = [
	{
		field: 'expose',
		reason: 'has no effect beside the network_mode of another service, whose it is',
		isThere: ({ networkMode, expose }) =>
			networkSharedWith(networkMode) !== undefined && expose.length > 0,
		without: { expose: [] },
	},
	{
		field: 'uts',
		reason: 'has no effect beside a hostname',
		isThere: ({ uts, hostname }) => uts !== undefined && hostname !== undefined,
		without: { uts: undefined },
	},
	{
		field: 'memswap_limit',
		reason: 'has no effect without a mem_limit that is not above it',
		isThere: ({ memLimitBytes = 0, memSwapLimitBytes = 0 }) =>
			memSwapLimitBytes > 0 && (memLimitBytes === 0 || memLimitBytes > memSwapLimitBytes),
		without: { memSwapLimitBytes: undefined },
	},
];

/** The service without such fields, and a sentence for each: `expose: has no effect …`. */
export function withConcessions(service: Service): {
	readonly service: Service;
	readonly told: readonly string[];
} {
	const made = concessions.filter(({ isThere }) => isThere(service));
	return {
		service: made.reduce((rest, { without }) => ({ ...rest, ...without }), service),
		told: made.map(({ field, reason }) => `${field}: ${reason}`),
	};
}
