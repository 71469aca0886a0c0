import type { Request } from 'express';
import { z } from 'zod';
import { Refusal } from './refusal.ts';

/** @throws {Refusal} 400 that names the fields which are wrong; for the developer's calls, whose form is ours */
export function parseBody<T extends z.ZodType>(schema: T, req: Request): z.output<T> {
	const parsed = schema.safeParse(req.body ?? {});
	if (!parsed.success) throw new Refusal(400, { json: { error: z.prettifyError(parsed.error) } });
	return parsed.data;
}
