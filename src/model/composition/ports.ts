import { z } from 'zod';
import type { PortMapping } from '../composition.ts';
import { snakeKeys } from './keys.ts';
import { longOrShort, reader } from './parsed.ts';
import { text, word } from './values.ts';

const shortForm =
	/^(?:(?<ip>\[[0-9a-f:.]+\]|[^:\s]+):(?=[^/]*:))?(?:(?<published>\d+(?:-\d+)?)?:)?(?<target>\d+(?:-\d+)?)(?:\/(?<protocol>tcp|udp|sctp))?$/i;

/**
 * `[ip:][host[-host]:]container[-container][/protocol]`; ranges become one mapping a port. Without a host port it is the
 * container's, as apps made for balena's supervisor expect; Docker's Compose would let the engine choose.
 */
const shortPort = reader(
	parseShortPort,
	'must be a port mapping such as 8080:80, 127.0.0.1:53:53/udp or 8000-8010:8000-8010',
);

const longPort = z
	.preprocess(
		snakeKeys,
		z.object({
			target: word,
			published: word.optional(),
			host_ip: text.optional(),
			protocol: text.optional(),
		}),
	)
	.transform((port, ctx) => {
		const mappings = mappingsOf({ ...port, ip: port.host_ip });
		if (mappings !== undefined) return mappings;
		ctx.issues.push({
			code: 'custom',
			message: 'must have a target port and ranges of equal length',
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
	const outside = published === undefined ? [] : portRange(published);
	const via = protocolOf(protocol);
	if (inside === undefined || outside === undefined || via === undefined) return undefined;
	if (published !== undefined && inside.length !== outside.length) return undefined;
	return inside.map((containerPort, index) => ({
		hostIp: ip.replace(/^\[|\]$/g, ''),
		hostPort: outside[index],
		containerPort,
		protocol: via,
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

function unique(mappings: readonly PortMapping[]): PortMapping[] {
	return [...new Map(mappings.map((mapping) => [JSON.stringify(mapping), mapping])).values()];
}
