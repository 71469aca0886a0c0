import type { ChangeCode } from '../model/explanation.ts';
import type { Step } from '../model/plan.ts';

export interface Change {
	readonly code: ChangeCode;
	readonly text: string;
}

/**
 * What a step that is done changed of its service; undefined for steps that change none, and for those that clean up
 * after another.
 * @param last - the change before
 */
export function changeOf(step: Step, last: Change | undefined): Change | undefined {
	const { cause } = step;
	switch (step.kind) {
		case 'createContainer':
			return { code: 'installed', text: `installed: ${cause}` };
		case 'startContainer':
			return { code: 'started', text: `started: ${cause}` };
		case 'restartContainer':
			return { code: 'restarted', text: `restarted: ${cause}` };
		case 'connectNetwork':
			return { code: 'connected', text: `connected to ${step.attachment.network}: ${cause}` };
		case 'stopContainer':
			// The old container of a hand-over stops after the new one has started, for the same cause.
			return last?.text === `started: ${cause}`
				? undefined
				: { code: 'stopped', text: `stopped: ${cause}` };
		case 'removeContainer':
			return last?.text === `stopped: ${cause}`
				? { code: 'removed', text: `removed: ${cause}` }
				: undefined;
		case 'renameContainer':
			return isPutAside(step.name, step.serviceName)
				? undefined
				: { code: 'renamed', text: `renamed: ${cause}` };
		default:
			return undefined;
	}
}

function isPutAside(name: string, serviceName = ''): boolean {
	return name.startsWith(`old_${serviceName}_`);
}
