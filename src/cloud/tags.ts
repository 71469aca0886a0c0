import isEqual from 'lodash/isEqual.js';
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
import type { HttpClient } from './http.ts';
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
				for (let failures = 0; ;) {
					const told = await tellTags(deps, { book, queue, failures, clockTrouble }, signal);
					failures = told.failures;
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

interface Telling {
	readonly book: TagBook;
	readonly queue: Queue;
	/** In a row, before this attempt. */
	readonly failures: number;
	readonly clockTrouble: ClockTrouble;
}

/** Tells what the cloud does not know. @returns how long to wait before the next; 0: there is nothing more to tell */
async function tellTags(
	deps: TagsDeps,
	{ book, queue, failures, clockTrouble }: Telling,
	signal: AbortSignal,
): Promise<{ readonly pauseMs: number; readonly failures: number }> {
	try {
		const access = await readCloudAccess(deps);
		const untold = await queue.run(() => book.untold(access));
		if (isEqual(untold, {})) return { pauseMs: 0, failures: 0 };
		await sendTags(untold, { deps, access }, signal);
		await queue.run(() => book.told(untold, access));
		return { pauseMs: spacingMs, failures: 0 };
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
		return { pauseMs: Math.max(spacingMs, pauseMs), failures: failures + 1 };
	}
}

async function sendTags(
	tags: Readonly<Record<string, string>>,
	{ deps, access }: { readonly deps: TagsDeps; readonly access: CloudAccess },
	signal: AbortSignal,
): Promise<void> {
	const answer = await deps.http.send({
		method: 'PATCH',
		url: apiUrl(access.apiEndpoint, '/device/v3/tags'),
		key: access.deviceApiKey,
		body: { [access.uuid]: tags },
		signal,
	});
	if (!isSuccess(answer)) throw toRefusal(answer, 'the tags');
}
