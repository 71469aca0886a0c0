import type { Schemas } from '../../client/client.ts';
import { streamLines, toMessages } from '../../client/stream.ts';
import type { DindNames } from '../commands/names.ts';
import { askDevice, openDeviceClient, type DeviceClient } from '../effects/device-client.ts';
import { toMessage } from '../effects/errors.ts';
import { renderEvent, type EventRecord } from '../watch/render-event.ts';
import { renderV3Status, summarizeV3 } from '../watch/render-status.ts';
import { requireRunning } from './device.ts';
import { observeUrls } from './status.ts';
import type { Tools } from './tools.ts';

const pauseMs = 1_000;
/** Home, and everything below the cursor gone. */
const clearScreen = '\u001b[H\u001b[2J';

export async function openClient(tools: Tools, names: DindNames): Promise<DeviceClient> {
	await requireRunning(tools, names);
	const { apiUrl } = await observeUrls(tools, names);
	return openDeviceClient(tools.shell, names, apiUrl);
}

/**
 * Shows the status until Ctrl-C: on a terminal the table, elsewhere a line whenever something is different. With `json`
 * that line is one object, or `{"problem"}`.
 */
export async function watchStatus(
	tools: Tools,
	names: DindNames,
	{ json }: { readonly json: boolean },
): Promise<number> {
	let opened: DeviceClient | undefined;
	const teller = json ? createJsonTeller(tools) : createTeller(tools);
	const isOver = (): boolean => tools.signal.aborted;
	await requireRunning(tools, names);
	while (!isOver()) {
		try {
			opened ??= await openClient(tools, names);
			const { client } = opened;
			teller.tell(await askDevice(client.GET('/v3/status', { signal: tools.signal })));
		} catch (err) {
			opened = undefined; // the supervisor restarts, or the device is a new one
			if (!isOver()) teller.complain(toMessage(err));
		}
		await tools.clock.sleep(pauseMs, tools.signal).catch(() => undefined);
	}
	return 0;
}

/** Tells what it is given when that is news. */
interface Teller {
	tell(status: Schemas['Status']): void;
	complain(problem: string): void;
}

function createTeller({ print, terminal }: Tools): Teller {
	const sayOnce = createNewsOnly(print);
	return {
		tell: (status) => {
			if (terminal) print(clearScreen + renderV3Status(status));
			else sayOnce(summarizeV3(status));
		},
		complain: (problem) => sayOnce(problem),
	};
}

function createJsonTeller({ print }: Tools): Teller {
	const sayOnce = createNewsOnly(print);
	return {
		tell: (status) => sayOnce(withoutReadings(status), JSON.stringify(status)),
		complain: (problem) => sayOnce(JSON.stringify({ problem })),
	};
}

/** Prints a line unless what it is about is what was printed last. */
function createNewsOnly(print: Tools['print']) {
	const last = { about: '' };
	return (about: string, line = about) => {
		if (about !== last.about) print(`${line}\n`);
		last.about = about;
	};
}

/** The status without what differs at every look: a change of that is no news. */
function withoutReadings(status: Schemas['Status']): string {
	const passing = new Set(['at', 'revision', 'uptimeSeconds', 'memoryBytes', 'cpuPercent']);
	return JSON.stringify(status, (name, value: unknown) =>
		passing.has(name) || name.startsWith('seconds') ? undefined : value,
	);
}

export interface EventOptions {
	readonly types?: string;
	readonly all: boolean;
	readonly json: boolean;
}

/** Prints events as they come until Ctrl-C or the end of the connection. */
export async function printEvents(
	tools: Tools,
	names: DindNames,
	{ types, all, json }: EventOptions,
): Promise<number> {
	const { baseUrl, key } = await openClient(tools, names);
	const query = new URLSearchParams({
		...(types === undefined ? {} : { types }),
		...(all ? { after: '0' } : {}),
	});
	const lines = streamLines(`/v3/events?${query.toString()}`, {
		baseUrl,
		key,
		signal: tools.signal,
	});
	try {
		for await (const { data } of toMessages(lines)) {
			tools.print(`${json ? data : renderEvent(JSON.parse(data) as EventRecord)}\n`);
		}
	} catch (err) {
		if (!tools.signal.aborted) throw err;
	}
	return 0;
}
