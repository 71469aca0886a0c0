import { z } from 'zod';

export const LogLine = z
	.object({
		at: z.string().describe('The engine’s stamp, RFC 3339 with nanoseconds'),
		message: z.string(),
		isStdErr: z.boolean(),
	})
	.describe('One line of a log');
export type LogLine = z.infer<typeof LogLine>;
