import { z } from 'zod';
import type { ServiceMount } from '../composition.ts';
import { isBindAllowed, bindRefusal } from './binds.ts';
import { harmless, unsupported } from './field.ts';
import { longOrShort, reader } from './parsed.ts';
import { Partly } from './partly.ts';
import { byteSize, flag, members, text, word } from './values.ts';

/** A mount as far as it has an effect. */
type ReadMount = Partly<ServiceMount | undefined>;

const mountForms = 'must be a volume such as data:/data, data:/data:ro or /data';

const shortMount = reader(parseShortMount, mountForms);

/** Permissions: a number, or octal digits. */
const fileMode = reader((value) => {
	if (typeof value === 'string')
		return /^[0-7]{1,6}$/.test(value) ? Number.parseInt(value, 8) : undefined;
	return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}, 'must be permissions such as "1777"');

const bindOptions = members({
	propagation: unsupported('mounts do not propagate', (value) => /^r?private$/.test(String(value))),
	create_host_path: unsupported('a missing path is created', (value) => String(value) === 'true'),
	selinux: unsupported('labels of SELinux are not supported'),
	recursive: unsupported('mounts below the path come along', (value) => value === 'enabled'),
});

const volumeOptions = members({
	nocopy: flag.optional(),
	subpath: unsupported('needs version 1.45 of the Engine API, 1.41 is spoken'),
	labels: unsupported('labels of the volume itself have an effect'),
});

const longMount = members({
	type: z.enum(['volume', 'bind', 'tmpfs', 'npipe', 'cluster', 'image'], {
		error: 'must be volume, bind or tmpfs',
	}),
	source: text.optional(),
	target: word.refine((path) => path.startsWith('/'), 'must be an absolute path'),
	read_only: flag.default(false),
	volume: volumeOptions.optional(),
	bind: bindOptions.optional(),
	tmpfs: members({ size: byteSize.optional(), mode: fileMode.optional() }).optional(),
	consistency: harmless('it is for other systems'),
	image: harmless('mounts of images are refused as a whole'),
}).transform(({ type, source = '', target, read_only: readOnly, volume, tmpfs }): ReadMount => {
	const path = trimmed(target);
	if (type === 'tmpfs') {
		return new Partly({ type, target: path, readOnly, sizeBytes: tmpfs?.size, mode: tmpfs?.mode });
	}
	if (type === 'bind') return boundMount({ source, target, readOnly });
	if (type !== 'volume') return dropped(`mounts of type ${type} are not supported`);
	if (source === '') return new Partly({ type: 'anonymous', target: path });
	return sourcedMount({ source, target, readOnly, nocopy: volume?.nocopy });
});

/** Mounts of a service; no two have the same path in the container. */
export const mounts = z
	.array(longOrShort<ReadMount>(longMount, shortMount), { error: 'must be a list' })
	.superRefine((list, ctx) => {
		const targets = list.map(({ taken }) => taken?.target);
		targets.forEach((target, index) => {
			if (target === undefined || targets.indexOf(target) === index) return;
			ctx.addIssue({ code: 'custom', path: [index], message: `mounts ${target} a second time` });
		});
	})
	.transform(
		(list) =>
			new Partly(
				list.flatMap(({ taken }) => (taken === undefined ? [] : [taken])),
				list.flatMap(({ ignored }, index) =>
					ignored.map(({ path, reason }) => ({ path: [index, ...path], reason })),
				),
			),
	);

interface SourcedMount {
	readonly source: string;
	readonly target: string;
	readonly readOnly: boolean;
	readonly nocopy?: boolean | undefined;
}

/** Options of the short form; the second line is for other systems. */
const shortOptions = new Set([
	...['', 'ro', 'rw', 'nocopy'],
	...['consistent', 'cached', 'delegated', 'private', 'rprivate'],
]);

function parseShortMount(value: unknown): ReadMount | undefined {
	if (typeof value !== 'string') return undefined;
	const [first = '', target, mode = '', ...more] = value.trim().split(':');
	if (first === '' || more.length > 0) return undefined;
	if (target === undefined) {
		return first.startsWith('/')
			? new Partly({ type: 'anonymous', target: trimmed(first) })
			: undefined;
	}
	if (!target.startsWith('/')) return undefined;
	const options = mode.split(',');
	const strange = options.filter((option) => !shortOptions.has(option));
	const mount = sourcedMount({
		source: first,
		target,
		readOnly: options.includes('ro'),
		nocopy: options.includes('nocopy') ? true : undefined,
	});
	const ignored = strange.map((option) => ({ path: [], reason: `${option} has no effect` }));
	return new Partly(mount.taken, [...mount.ignored, ...ignored]);
}

function sourcedMount(mount: SourcedMount): ReadMount {
	const { source, target, readOnly, nocopy } = mount;
	if (/^[/.~]/.test(source)) return boundMount(mount);
	if (!/^[A-Za-z0-9][\w.-]*$/.test(source)) return dropped(`${source} is not a volume name`);
	return new Partly({ type: 'volume', volume: source, target: trimmed(target), readOnly, nocopy });
}

function boundMount({ source, target, readOnly }: SourcedMount): ReadMount {
	if (!isBindAllowed(source)) return dropped(bindRefusal(source));
	return new Partly({ type: 'bind', source: trimmed(source), target: trimmed(target), readOnly });
}

function dropped(reason: string): ReadMount {
	return new Partly<ServiceMount | undefined>(undefined, [{ path: [], reason }]);
}

/** Without trailing slashes, which the engine drops too. */
function trimmed(path: string): string {
	return path.replace(/(?<=.)\/+$/, '');
}
