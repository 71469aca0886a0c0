import { z } from 'zod';
import type { PortMapping } from '../composition.ts';
import { harmless } from './field.ts';
import { longOrShort, reader } from './parsed.ts';
import { listOrOne, members, text, word } from './values.ts';

const shortForm =
	/^(?:(?<ip>\[[0-9a-f:.]+\]|[^:\s]+|[0-9a-f:]{0,40}::[0-9a-f:.]{0,40}):(?=[^/]*:))?(?:(?<published>\d+(?:-\d+)?)?:)?(?<target>\d+(?:-\d+)?)(?:\/(?<protocol>tcp|udp|sctp))?$/i;

/**
 * `[ip:][host[-host]:]container[-container][/protocol]`; ranges become one mapping a port. Without a host port it is the
 * container's, as apps made for balena's supervisor expect; Docker's Compose would let the engine choose. Of a range of
 * host ports for one port of the container the engine takes one that is free.
 */
const shortPort = reader(
	parseShortPort,
	'must be a port mapping such as 8080:80, 127.0.0.1:53:53/udp or 8000-8010:8000-8010',
);

const longPort = members({
	target: word,
	published: text.optional(),
	host_ip: text.optional(),
	protocol: text.optional(),
	name: harmless('a note for people'),
	app_protocol: harmless('a note for people'),
	mode: harmless('a device publishes ports in one way'),
}).transform((port, ctx) => {
	const mappings = mappingsOf({ ...port, ip: port.host_ip });
	if (mappings !== undefined) return mappings;
	ctx.issues.push({
		code: 'custom',
		message: 'must have a target port, a protocol (tcp, udp, sctp) and ranges of equal length',
		input: port,
	});
	return z.NEVER;
});

/** Ports that the engine publishes on the host; equal mappings count once. */
export const ports = z
	.array(longOrShort(longPort, shortPort), { error: 'must be a list' })
	.transform((lists) => unique(lists.flat()));

function parseShortPort(value: unknown): PortMapping[] | undefined {
	const given = typeof value === 'number' ? String(value) : value;
	if (typeof given !== 'string') return undefined;
	const { target, published = target, ...rest } = shortForm.exec(given.trim())?.groups ?? {};
	return mappingsOf({ ...rest, target, published });
}

interface PortFields {
	readonly ip?: string | undefined;
	readonly published?: string | undefined;
	readonly target?: string | undefined;
	readonly protocol?: string | undefined;
}

function mappingsOf({
	ip = '',
	published,
	target,
	protocol,
}: PortFields): PortMapping[] | undefined {
	const inside = portRange(target);
	const isChosen = published === undefined || /^0?$/.test(published); // by the engine
	const outside = isChosen ? [] : portRange(published);
	const via = protocolOf(protocol);
	if (inside === undefined || outside === undefined || via === undefined) return undefined;
	const base = { hostIp: ip.replace(/^\[|\]$/g, ''), protocol: via };
	const [containerPort] = inside;
	if (inside.length === 1 && outside.length > 1 && containerPort !== undefined) {
		return [{ ...base, hostPort: outside[0], lastHostPort: outside.at(-1), containerPort }];
	}
	if (!isChosen && inside.length !== outside.length) return undefined;
	return inside.map((port, index) => ({
		...base,
		hostPort: outside[index],
		containerPort: port,
	}));
}

function portRange(range: string | undefined): number[] | undefined {
	const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range ?? '');
	if (match === null) return undefined;
	const first = Number(match[1]);
	const last = Number(match[2] ?? first);
	if (first < 1 || last > 65_535 || last < first) return undefined;
	return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function protocolOf(protocol = 'tcp'): PortMapping['protocol'] | undefined {
	const known = ['tcp', 'udp', 'sctp'] as const;
	return known.find((name) => name === protocol.toLowerCase());
}

/** Ports without a mapping: `80`, `53/udp`, `8000-8010`; ranges become one entry a port. */
export const exposedPorts = listOrOne(
	reader(parseExposed, 'must be a port or a range of ports such as 80, 53/udp or 8000-8010'),
).transform((lists) => lists.flat());

function parseExposed(value: unknown): string[] | undefined {
	const [range, protocol, ...more] = String(value).trim().split('/');
	const ports = portRange(range);
	if (ports === undefined || protocolOf(protocol) === undefined || more.length > 0)
		return undefined;
	const suffix = protocol === undefined ? '' : `/${protocol.toLowerCase()}`;
	return ports.map((port) => `${port}${suffix}`);
}

function unique(mappings: readonly PortMapping[]): PortMapping[] {
	return [...new Map(mappings.map((mapping) => [JSON.stringify(mapping), mapping])).values()];
}
