import type { BootValues, ObservedBootConfig } from '../../model/boot-config.ts';
import { backendRules } from './all-rules.ts';

/** What the device boots with now, as variables; what no variable could set is left out. */
export function reportedBootValues({ files }: Pick<ObservedBootConfig, 'files'>): BootValues {
	const settable = files.flatMap(({ backend, values }) => {
		const { keyOf, wish } = backendRules[backend];
		return Object.entries(values).filter(([name, items]) => 'items' in wish(keyOf(name), items));
	});
	return Object.fromEntries(settable.reverse());
}
