import { listDevices } from '../commands/objects.ts';
import type { DindNames } from '../commands/names.ts';
import { toDindNames } from '../commands/names.ts';
import { list } from '../effects/engine.ts';
import { ToolError } from '../effects/errors.ts';
import type { Progress } from '../effects/progress.ts';
import { createLineDisplay } from '../effects/service-display.ts';
import type { Tools } from './tools.ts';

/**
 * The devices that share cloud and network with this one, itself included, as far as their containers are there, in the
 * order of their numbers.
 */
export async function findGroup(
	{ shell }: Pick<Tools, 'shell'>,
	{ group }: DindNames,
): Promise<DindNames[]> {
	const lines = await list(shell, listDevices());
	const found = lines.flatMap((line) => {
		const [name = '', container] = line.split(' ');
		const names = toDindNames(name);
		return names.group === group && names.device === container ? [names] : [];
	});
	return found.sort((one, other) => one.number - other.number);
}

/** As {@link findGroup}. @throws {ToolError} if none is there */
export async function requireGroup(
	tools: Pick<Tools, 'shell'>,
	names: DindNames,
): Promise<DindNames[]> {
	const found = await findGroup(tools, names);
	if (found.length > 0) return found;
	throw new ToolError(`there is no device named ${names.group} or ${names.group}.2 and so on`, {
		todo: 'Start some with ./dindctl run --count 2.',
	});
}

/** The same tools for one device of several: what they say begins with its name, and lines take the place of bars. */
export function toolsFor(tools: Tools, { name }: DindNames): Tools {
	const progress = prefixed(tools.progress, name);
	return { ...tools, progress, createDisplay: () => createLineDisplay(progress) };
}

function prefixed(progress: Progress, name: string): Progress {
	const last = { text: '' };
	const say = (text: string) => progress.say(`${name}: ${text}`);
	return {
		say,
		elapsedSeconds: () => progress.elapsedSeconds(),
		update(text) {
			if (text === last.text) return;
			last.text = text;
			say(text);
		},
	};
}
