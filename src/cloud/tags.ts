import { z } from 'zod';
import type { Clock } from '../kit/clock.ts';
import { SupervisorError } from '../kit/errors.ts';
import type { Job } from '../kit/job.ts';
import type { Logger } from '../kit/logger.ts';
import { createQueue, type Queue } from '../kit/queue.ts';
import type { Random } from '../kit/random.ts';
import { createWaker } from '../kit/waker.ts';
import type { DeviceTag, DeviceTags } from '../ports/cloud.ts';
import type { StateStore } from '../ports/state-store.ts';
import { isSuccess, parseAnswer, toRefusal } from './answers.ts';
import { ClockTrouble } from './clock-trouble.ts';
import { apiUrl, odataUrl } from './endpoint.ts';
import type { HttpAnswer, HttpClient } from './http.ts';
import { readCloudAccess, type CloudAccess, type CloudAccessDeps } from './identity.ts';
import { pauseAfterFailureMs } from './poll-schedule.ts';
import { createTagBook, type TagBook } from './tag-book.ts';

export interface TagsDeps extends CloudAccessDeps {
	readonly http: HttpClient;
	/** Resolves when the device may speak to the cloud; see Provisioner. */
	readonly provisioned: (signal: AbortSignal) => Promise<void>;
	readonly store: Pick<StateStore, 'getSetting' | 'setSetting'>;
	readonly pollIntervalMs: () => number;
	readonly clock: Clock;
	readonly random: Pick<Random, 'fraction'>;
	readonly log: Logger;
}

/** Shortest time between two messages of tags, in milliseconds (contract 2.6). */
const spacingMs = 10_000;

const Rows = z.object({
	d: z.array(z.object({ id: z.number().int(), tag_key: z.string(), value: z.string() })),
});

/** The tags of the device: read live, told in the background. */
export function createTags(parentDeps: TagsDeps): DeviceTags & Job {
	const deps = { ...parentDeps, log: parentDeps.log.child({ component: 'tags' }) };
	const { provisioned, clock } = deps;
	const waker = createWaker(clock);
	const queue = createQueue();
	const book = createTagBook(deps.store);
	const clockTrouble = new ClockTrouble(clock);
	const refused = new Map<string, string>();
	return {
		name: 'tags',
		read: (signal) => readTags(deps, signal),
		async set(tags) {
			await queue.run(() => book.want(tags));
			waker.wake();
		},
		async run(signal) {
			try {
				await provisioned(signal);
				for (let told = start; ;) {
					told = await tellTags(deps, { book, queue, refused, clockTrouble, ...told }, signal);
					if (told.pauseMs > 0) await clockTrouble.sleep(told.pauseMs, signal);
					else await waker.wait(Infinity, signal);
				}
			} catch (err) {
				if (!signal.aborted) throw err;
			}
		},
	};
}

async function readTags(deps: TagsDeps, signal: AbortSignal): Promise<readonly DeviceTag[]> {
	const { apiEndpoint, deviceApiKey, deviceId } = await readCloudAccess(deps);
	if (deviceId === undefined) {
		throw new SupervisorError('The device is not registered yet', { code: 'CONFIG_INVALID' });
	}
	const url = odataUrl(apiEndpoint, 'device_tag', {
		select: 'id,tag_key,value',
		filter: `device eq ${deviceId}`,
	});
	const answer = await deps.http.send({ method: 'GET', url, key: deviceApiKey, signal });
	if (!isSuccess(answer)) throw toRefusal(answer, 'the list of tags');
	const rows = parseAnswer(answer, Rows, 'the list of tags').d;
	return rows.map(({ id, tag_key, value }) => ({ id, name: tag_key, value }));
}

interface Told {
	/** How long to wait before the next message; 0: there is nothing more to tell. */
	readonly pauseMs: number;
	/** In a row. */
	readonly failures: number;
	/** The cloud does not take all of them: each is told by itself. */
	readonly isSingly: boolean;
}

const start: Told = { pauseMs: 0, failures: 0, isSingly: false };

interface Telling extends Told {
	readonly book: TagBook;
	readonly queue: Queue;
	/** Values that the cloud does not take, by name; for the life of this process. */
	readonly refused: Map<string, string>;
	readonly clockTrouble: ClockTrouble;
}

/** Tells what the cloud does not know. A tag that it does not take is left out from then on, as others wait for it. */
async function tellTags(
	deps: TagsDeps,
	{ book, queue, refused, failures, isSingly, clockTrouble }: Telling,
	signal: AbortSignal,
): Promise<Told> {
	try {
		const access = await readCloudAccess(deps);
		const all = Object.entries(await queue.run(() => book.untold(access)));
		const untold = all.filter(([name, value]) => refused.get(name) !== value);
		if (untold.length === 0) return start;
		const tags = Object.fromEntries(untold.slice(0, isSingly ? 1 : untold.length));
		const answer = await sendTags(tags, { deps, access }, signal);
		if (answer.status === 400) return refuse(tags, answer, { deps, refused });
		if (!isSuccess(answer)) throw toRefusal(answer, 'the tags');
		await queue.run(() => book.told(tags, access));
		return { pauseMs: spacingMs, failures: 0, isSingly };
	} catch (err) {
		signal.throwIfAborted();
		clockTrouble.note(err);
		const pauseMs = pauseAfterFailureMs({
			failures,
			intervalMs: deps.pollIntervalMs(),
			fraction: deps.random.fraction(),
			retryAfterMs: err instanceof SupervisorError ? err.retryAfterMs : undefined,
		});
		deps.log.warn({ err, retryInMs: Math.round(pauseMs) }, 'tags not told, will retry');
		return { pauseMs: Math.max(spacingMs, pauseMs), failures: failures + 1, isSingly };
	}
}

/** Which of several tags the cloud does not take is found out by telling each by itself. */
function refuse(
	tags: Readonly<Record<string, string>>,
	{ text }: HttpAnswer,
	{ deps, refused }: { readonly deps: TagsDeps; readonly refused: Map<string, string> },
): Told {
	const [[name, value] = ['', ''], ...others] = Object.entries(tags);
	if (others.length > 0) return { pauseMs: spacingMs, failures: 0, isSingly: true };
	refused.set(name, value);
	deps.log.warn({ name, value, answer: text.slice(0, 200) }, 'tag refused, the others are told');
	return { pauseMs: spacingMs, failures: 0, isSingly: true };
}

function sendTags(
	tags: Readonly<Record<string, string>>,
	{ deps, access }: { readonly deps: TagsDeps; readonly access: CloudAccess },
	signal: AbortSignal,
): Promise<HttpAnswer> {
	return deps.http.send({
		method: 'PATCH',
		url: apiUrl(access.apiEndpoint, '/device/v3/tags'),
		key: access.deviceApiKey,
		body: { [access.uuid]: tags },
		signal,
	});
}
