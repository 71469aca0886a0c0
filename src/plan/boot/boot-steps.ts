import isEqual from 'lodash/isEqual.js';
import { digestOf } from '../../kit/digest.ts';
import type {
	ChangeBootConfigStep,
	RequireRebootStep,
	ShownBootConfig,
	Step,
} from '../../model/plan.ts';
import { stepIds } from '../step-ids.ts';
import type { BackendRules } from './backend-rules.ts';
import type { BootAim } from './boot-aim.ts';

export interface BootStepsOptions {
	/** A change has failed and is not to be tried yet. */
	readonly isResting: boolean;
	readonly dueReasons: readonly string[];
}

/**
 * The change of a backend, and the breadcrumb for what this boot of the host did not begin with. That is found in what
 * the backend says, so that nothing is lost between the two.
 */
export function bootSteps(aim: BootAim, { isResting, dueReasons }: BootStepsOptions): Step[] {
	const change = isResting ? undefined : changeStep(aim);
	const { rules, file } = aim;
	const changed = Object.keys(aim.wanted).filter((name) => {
		const items = isResting ? file.values[name] : aim.wanted[name];
		return (
			rules.needsReboot(rules.keyOf(name)) && digestOfItems(items) !== file.digestsAtBoot[name]
		);
	});
	const reason = `boot configuration changed: ${rules.title}`;
	const isMarked = change === undefined && dueReasons.includes(reason);
	const steps = change === undefined ? [] : [change];
	if (changed.length === 0 || isMarked) return steps;
	return [...steps, rebootStep(aim, changed, reason)];
}

function digestOfItems(items: readonly string[] | undefined): string | undefined {
	return items === undefined || items.length === 0 ? undefined : digestOf(items);
}

function changeStep({ file, rules, wanted }: BootAim): ChangeBootConfigStep | undefined {
	const names = Object.keys(wanted).filter(
		(name) => !isEqual(file.values[name] ?? [], wanted[name] ?? []),
	);
	if (names.length === 0) return undefined;
	const causes = names.map(
		(name) => `${name} is ${itemsText(file.values[name])}, wanted ${itemsText(wanted[name])}`,
	);
	const change = names.map((name) => {
		const items = wanted[name] ?? [];
		return [name, items.length === 0 ? null : items] as const;
	});
	return {
		kind: 'changeBootConfig',
		id: stepIds.changeBootConfig(rules.title),
		resource: rules.title,
		cause: causes.join('; '),
		after: [],
		backend: file.backend,
		change: Object.fromEntries(change),
		wanted: shownOf(
			Object.keys(wanted).filter((name) => (wanted[name] ?? []).length > 0),
			{ rules, wanted },
		),
	};
}

function rebootStep(aim: BootAim, changed: readonly string[], reason: string): RequireRebootStep {
	const { title } = aim.rules;
	return {
		kind: 'requireReboot',
		id: stepIds.requireReboot(title),
		resource: title,
		cause: 'takes effect with the next boot',
		after: [stepIds.changeBootConfig(title)],
		reason,
		changes: shownOf(changed, aim),
	};
}

function shownOf(
	names: readonly string[],
	{ rules, wanted }: { readonly rules: BackendRules; readonly wanted: BootAim['wanted'] },
): ShownBootConfig {
	return Object.fromEntries(
		names.map((name) => {
			const key = rules.keyOf(name);
			const [first, ...more] = (wanted[name] ?? []).map(shortened);
			if (first === undefined) return [key, null];
			return [key, rules.isList(key) || more.length > 0 ? [first, ...more] : first];
		}),
	);
}

/** Longer values are pictures. */
const longestShown = 200;

function shortened(text: string): string {
	return text.length <= longestShown ? text : `${text.slice(0, 40)}…`;
}

function itemsText(items: readonly string[] = []): string {
	return items.length === 0 ? 'absent' : items.map(shortened).join(' and ');
}
