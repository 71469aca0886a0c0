import { z } from 'zod';

const HistoryEntry = z.looseObject({
	created: z.string().optional(),
	created_by: z.string().optional(),
	empty_layer: z.boolean().optional(),
});
type HistoryEntry = z.infer<typeof HistoryEntry>;

/** An image's configuration, as far as it is looked at; its settings of containers are passed through. */
export const ImageConfig = z.looseObject({
	architecture: z.string(),
	os: z.string(),
	variant: z.string().optional(),
	config: z.record(z.string(), z.unknown()),
	rootfs: z.object({ type: z.literal('layers'), diff_ids: z.array(z.string()) }),
	history: z.array(HistoryEntry),
});
export type ImageConfig = z.infer<typeof ImageConfig>;

/** What a configuration is written again with. */
export interface ConfigChange {
	/** Time the image says it was made at: the commit's. */
	readonly created: Date;
	/** Digests of all its layers. */
	readonly diffIds: readonly string[];
	/** How many of them, the lowest, are the base image's. */
	readonly baseLayers: number;
	/** Its processor, in the engine's words, where the engine has built it for another one than its own. */
	readonly architecture?: string | undefined;
}

/** Settings that tell of the build rather than of the image: the parent image, the container a command ran in. */
const ofTheBuild = new Set(['Image', 'Hostname', 'Domainname']);

/** The configuration with nothing in it that a second build of the same files would have otherwise. */
export function rewriteConfig(image: ImageConfig, change: ConfigChange): object {
	const created = change.created.toISOString();
	const settings = Object.entries(image.config)
		.filter(([name]) => !ofTheBuild.has(name))
		.map(([name, value]) => [name, name === 'Labels' ? sorted(value) : value] as const);
	return {
		architecture: change.architecture ?? image.architecture,
		...(image.variant === undefined ? {} : { variant: image.variant }),
		os: image.os,
		created,
		config: sorted(Object.fromEntries(settings)),
		rootfs: { type: 'layers', diff_ids: change.diffIds },
		history: rewriteHistory(image.history, { created, baseLayers: change.baseLayers }),
	};
}

function rewriteHistory(
	history: readonly HistoryEntry[],
	{ created, baseLayers }: { readonly created: string; readonly baseLayers: number },
): HistoryEntry[] {
	const makesLayer = ({ empty_layer }: HistoryEntry): boolean => empty_layer !== true;
	return history.map((entry, index) => {
		const layersSoFar = history.slice(0, index + 1).filter(makesLayer).length;
		const isBase = layersSoFar < baseLayers || (layersSoFar === baseLayers && makesLayer(entry));
		if (isBase) return entry;
		// Arguments of the build stand before the command that could use them.
		const by = entry.created_by?.replace(/^\|\d+ .*?(?=\/bin\/sh -c )/s, '');
		return { ...entry, created, ...(by === undefined ? {} : { created_by: by }) };
	});
}

/** An object with its keys in alphabetical order; anything else as it is. */
function sorted(value: unknown): unknown {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
	return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
