import { z } from 'zod';
import type { StoredLogLine } from '../store/logs.ts';

const LogLine = z.object({
	message: z.string(),
	timestamp: z.number(),
	isSystem: z.unknown().optional(),
	isStdErr: z.unknown().optional(),
	serviceId: z.number().optional().catch(undefined),
	/** Lines of dependent devices carry one; there are no such devices any more. */
	uuid: z.undefined().optional(),
});

/** A line as it is kept, or undefined for one that does not count. */
export function toStoredLine(value: unknown, createdAt: Date): StoredLogLine | undefined {
	const parsed = LogLine.safeParse(value);
	if (!parsed.success) return undefined;
	const { message, timestamp, isSystem, isStdErr, serviceId } = parsed.data;
	return {
		createdAt: createdAt.getTime(),
		timestamp,
		isSystem: isSystem === true,
		isStdErr: isStdErr === true,
		...(serviceId === undefined ? {} : { serviceId }),
		message,
	};
}
