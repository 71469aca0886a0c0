import { z } from 'zod';
import type { ServiceMount } from '../composition.ts';
import { isBindAllowed, bindRefusal } from './binds.ts';
import { snakeKeys } from './keys.ts';
import { longOrShort, reader } from './parsed.ts';
import { byteSize, flag, text, word } from './values.ts';

/** A mount of the document that has no effect, and why. */
export interface DroppedMount {
	readonly type: 'dropped';
	readonly reason: string;
}

const mountForms = 'must be a volume such as data:/data, data:/data:ro or /data';

const shortMount = reader(parseShortMount, mountForms);

const longMount = z
	.preprocess(
		snakeKeys,
		z.object({
			type: z.enum(['volume', 'bind', 'tmpfs', 'npipe', 'cluster', 'image'], {
				error: 'must be volume, bind or tmpfs',
			}),
			source: text.optional(),
			target: word,
			read_only: flag.default(false),
			volume: z.preprocess(snakeKeys, z.object({ nocopy: flag.optional() })).optional(),
			tmpfs: z.preprocess(snakeKeys, z.object({ size: byteSize.optional() })).optional(),
		}),
	)
	.transform(({ type, source = '', target, read_only: readOnly, volume, tmpfs }) => {
		if (type === 'tmpfs') return { type, target, sizeBytes: tmpfs?.size } as const;
		if (type === 'bind') return boundMount({ source, target, readOnly });
		if (type !== 'volume') return dropped(`mounts of type ${type} are not supported`);
		if (source === '') return { type: 'anonymous', target } as const;
		return sourcedMount({ source, target, readOnly, nocopy: volume?.nocopy });
	});

/** Mounts of a service; no two have the same path in the container. */
export const mounts = z
	.array(longOrShort<ServiceMount | DroppedMount>(longMount, shortMount), {
		error: 'must be a list',
	})
	.superRefine((list, ctx) => {
		const targets = list.map((mount) => (mount.type === 'dropped' ? undefined : mount.target));
		targets.forEach((target, index) => {
			if (target === undefined || targets.indexOf(target) === index) return;
			ctx.addIssue({ code: 'custom', path: [index], message: `mounts ${target} a second time` });
		});
	});

interface SourcedMount {
	readonly source: string;
	readonly target: string;
	readonly readOnly: boolean;
	readonly nocopy?: boolean | undefined;
}

function parseShortMount(value: unknown): ServiceMount | DroppedMount | undefined {
	if (typeof value !== 'string') return undefined;
	const [first = '', target, mode = '', ...more] = value.trim().split(':');
	if (first === '' || more.length > 0) return undefined;
	if (target === undefined) {
		return first.startsWith('/') ? { type: 'anonymous', target: trimmed(first) } : undefined;
	}
	if (!target.startsWith('/')) return undefined;
	const options = mode.split(',');
	return sourcedMount({
		source: first,
		target,
		readOnly: options.includes('ro'),
		nocopy: options.includes('nocopy') ? true : undefined,
	});
}

function sourcedMount(mount: SourcedMount): ServiceMount | DroppedMount {
	const { source, target, readOnly, nocopy } = mount;
	if (/^[/.~]/.test(source)) return boundMount(mount);
	if (!/^[A-Za-z0-9][\w.-]*$/.test(source)) return dropped(`${source} is not a volume name`);
	return { type: 'volume', volume: source, target: trimmed(target), readOnly, nocopy };
}

function boundMount({ source, target, readOnly }: SourcedMount): ServiceMount | DroppedMount {
	if (!isBindAllowed(source)) return dropped(bindRefusal(source));
	return { type: 'bind', source: trimmed(source), target: trimmed(target), readOnly };
}

function dropped(reason: string): DroppedMount {
	return { type: 'dropped', reason };
}

/** Without trailing slashes, which the engine drops too. */
function trimmed(path: string): string {
	return path.replace(/(?<=.)\/+$/, '');
}
