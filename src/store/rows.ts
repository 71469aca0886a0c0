import { z } from 'zod';
import type { Logger } from '../kit/logger.ts';
import { namedScopes } from '../ports/state-store.ts';

/** A text column that holds JSON. */
export function json<T extends z.ZodType>(schema: T): z.ZodPreprocess<T> {
	return z.preprocess((text, context) => {
		try {
			return JSON.parse(String(text)) as unknown;
		} catch {
			context.addIssue({ code: 'custom', message: 'is not JSON' });
			return z.NEVER;
		}
	}, schema);
}

export const TargetRow = z.object({
	source: z.enum(['cloud', 'preload', 'local']),
	document: json(z.unknown()),
	digest: z.string(),
	etag: z.string().nullable(),
});

export const ImageRow = z.object({
	reference: z.string(),
	appUuid: z.string(),
	serviceName: z.string(),
	serviceId: z.number(),
	imageId: z.number(),
	releaseId: z.number(),
	commit: z.string(),
});

export const CommitRow = z.object({ appUuid: z.string(), commit: z.string() });

const ApiScope = z.discriminatedUnion('type', [
	z.object({ type: z.literal('global') }),
	z.object({ type: z.literal('app'), appId: z.number() }),
	...namedScopes.map((type) => z.object({ type: z.literal(type) })),
]);

export const ApiKeyRow = z.object({
	appId: z.number(),
	serviceName: z.string(),
	scopes: json(z.array(ApiScope)),
	key: z.string().min(1),
});

export type ApiKeyRow = z.infer<typeof ApiKeyRow>;

export const SettingRow = z.object({ value: json(z.unknown()) });

/** Turns rows of one table into values; a damaged row is left out and told once. */
export interface RowParser<T> {
	parse(rows: unknown): T[];
}

export function createRowParser<T>(table: string, schema: z.ZodType<T>, log: Logger): RowParser<T> {
	const told = new Set<string>();
	const parseRow = (row: unknown): T[] => {
		const parsed = schema.safeParse(row);
		if (parsed.success) return [parsed.data];
		const fault = z.prettifyError(parsed.error);
		if (!told.has(fault)) log.warn({ table, fault }, 'damaged row is left out');
		told.add(fault);
		return [];
	};
	return { parse: (rows) => z.array(z.unknown()).parse(rows).flatMap(parseRow) };
}
