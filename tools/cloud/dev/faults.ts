import type { Handler, Request, Response } from 'express';
import { z } from 'zod';
import type { Clock } from '../../../src/kit/clock.ts';

/** A failure to play to the requests that match. */
export const Fault = z.object({
	match: z
		.string()
		.regex(/^[A-Z*]+ \S+$/)
		.describe('Method (* for any), a space, and a regular expression over the path'),
	status: z.number().int().min(200).max(599).optional().describe('Answer with this status'),
	body: z
		.unknown()
		.optional()
		.describe('Answer with this body: a string as it is, other values as JSON'),
	contentType: z.string().optional(),
	headers: z.record(z.string(), z.string()).default({}),
	delayMs: z.number().min(0).default(0).describe('Wait first'),
	times: z.number().int().min(1).optional().describe('Stop after so many requests'),
	truncate: z.boolean().default(false).describe('Break off in the middle of the answer'),
	drop: z.boolean().default(false).describe('Close the connection without an answer'),
	halfClose: z
		.boolean()
		.default(false)
		.describe('Say nothing more on this side of the connection, but leave the other side open'),
	trickleMs: z
		.number()
		.min(1)
		.optional()
		.describe('Send an answer without an end, a character each time so many milliseconds are over'),
});
export type Fault = z.infer<typeof Fault>;
export type FaultInput = z.input<typeof Fault>;

export interface Faults {
	add(fault: FaultInput): void;
	clear(): void;
	list(): Fault[];
	/** Plays the first fault that matches; without one the request goes on. */
	handler: Handler;
}

function isMatch({ match }: Fault, { method, path }: Request): boolean {
	const [wantedMethod = '*', pattern = ''] = match.split(' ');
	return (wantedMethod === '*' || wantedMethod === method) && new RegExp(pattern).test(path);
}

function answer({ status, body, contentType, headers }: Fault, res: Response): void {
	res.status(status ?? 200).set(headers);
	if (contentType !== undefined) res.type(contentType);
	if (body === undefined) res.end();
	else if (typeof body === 'string') res.send(body);
	else res.json(body);
}

/** Half an answer, and then nobody is there any more. */
function breakOff({ status }: Fault, res: Response): void {
	res
		.status(status ?? 200)
		.type('json')
		.set('content-length', '1000');
	res.write('{"half":', () => res.socket?.destroy());
}

/** An answer that goes on as long as somebody listens. */
async function trickle(everyMs: number, res: Response, time: FaultTime): Promise<void> {
	res.status(200).type('json');
	while (!res.destroyed) {
		res.write(' ');
		await time.clock.sleep(everyMs, time.signal).catch(() => res.destroy());
	}
}

/** Calls of the developer and of tests never fail on purpose. */
const isExempt = ({ path }: Request): boolean => path.startsWith('/dev/');

interface FaultTime {
	readonly clock: Clock;
	readonly signal: AbortSignal;
}

export function createFaults({ clock, signal }: FaultTime): Faults {
	const faults: Fault[] = [];
	const left = new Map<Fault, number>();
	const take = (req: Request): Fault | undefined => {
		const fault = isExempt(req) ? undefined : faults.find((one) => isMatch(one, req));
		if (fault?.times === undefined) return fault;
		const rest = (left.get(fault) ?? fault.times) - 1;
		left.set(fault, rest);
		if (rest <= 0) faults.splice(faults.indexOf(fault), 1);
		return fault;
	};
	return {
		add: (fault) => void faults.push(Fault.parse(fault)),
		clear: () => void faults.splice(0),
		list: () => [...faults],
		async handler(req, res, next) {
			const fault = take(req);
			if (fault === undefined) {
				next();
				return;
			}
			if (fault.delayMs > 0) await clock.sleep(fault.delayMs, signal);
			if (fault.drop) req.socket.destroy();
			else if (fault.halfClose) req.socket.end();
			else if (fault.truncate) breakOff(fault, res);
			else if (fault.trickleMs !== undefined)
				await trickle(fault.trickleMs, res, { clock, signal });
			else if (fault.status === undefined && fault.body === undefined) next();
			else answer(fault, res);
		},
	};
}
