import { normaliseLabelName } from '../labels.ts';

/** Labels with their names normalised; where both spellings are given the `io.balena.` one counts. */
export function normaliseLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
	const normalised = Object.entries(labels).map(
		([name, value]) => [normaliseLabelName(name), value] as const,
	);
	const exact = Object.entries(labels).filter(([name]) => normaliseLabelName(name) === name);
	return Object.fromEntries([...normalised, ...exact]);
}
