import { eventually } from '../../support/eventually.ts';
import type { TestDevice } from './device.ts';
import { baseImage } from './images.ts';

/** One request, and what came of it. */
export interface Poll {
	/** When it ended: milliseconds since the host's start; see `uptimeMs`. */
	readonly endedMs: number;
	/** What the service answered; undefined when no address of its name did. */
	readonly answer: string | undefined;
}

/** A container in a network of the device that asks a service for its page all the time, by the service's name. */
export interface Poller {
	/** Every request since its start. */
	polls(): Promise<Poll[]>;
	/** Resolves when so many further requests have ended. */
	more(count: number): Promise<void>;
	remove(): Promise<void>;
}

const name = 'hf-poller';

/**
 * Resolves the name anew each time and goes on to the next address when one does not answer, as clients do: while two
 * containers bear the name it stands for both.
 */
const loopOf = (service: string): string => `
while :; do
	answer=-
	for address in $(nslookup ${service} 127.0.0.11 2>/dev/null | sed -n '3,$s/^Address[^:]*: *\\([0-9.]*\\)$/\\1/p'); do
		page=$(timeout 2 wget -q -O - "http://$address/") && [ -n "$page" ] && answer=$page && break
	done
	read up rest </proc/uptime
	echo "$up $answer"
	usleep 20000
done`;

/** @param network - name on the engine of the device */
export async function startPoller(
	device: TestDevice,
	{ network, service }: { readonly network: string; readonly service: string },
): Promise<Poller> {
	await device.docker('rm', '--force', name);
	const run = ['run', '--detach', '--name', name, '--network', network, baseImage];
	await device.docker(...run, 'sh', '-c', loopOf(service));
	const polls = async (): Promise<Poll[]> =>
		(await device.docker('logs', name))
			.split('\n')
			.filter((line) => line.trim() !== '')
			.map(toPoll);
	return {
		polls,
		async more(count) {
			const before = (await polls()).length;
			await eventually(`${count} further requests`, async () =>
				(await polls()).length >= before + count ? true : undefined,
			);
		},
		remove: async () => {
			await device.docker('rm', '--force', name);
		},
	};
}

function toPoll(line: string): Poll {
	const [up = '', answer = ''] = line.trim().split(' ');
	return { endedMs: Number(up) * 1000, answer: answer === '-' ? undefined : answer };
}
