import type { Schemas } from '../../client/client.ts';

type DryRun = Schemas['DryRun'];

/** A dry run as text for people, ending in a newline. */
export function renderDryRun(run: DryRun): string {
	const interrupted = run.services.filter(({ isInterrupted }) => isInterrupted);
	const lines = [
		...(run.isEmpty ? ['Nothing would be done.'] : run.text),
		...section('Interrupted', interrupted.map(interruptionText)),
		...section('Downloads', run.downloads.map(downloadText)),
		...section(
			'Rejected',
			run.rejected.map(({ appUuid, reasons }) => `${appUuid}: ${reasons.join('; ')}`),
		),
		...section(
			'Without effect',
			run.ignored.map(({ field }) => field),
		),
	];
	return `${lines.join('\n')}\n`;
}

function downloadText({ image, services, sizeBytes }: DryRun['downloads'][number]): string {
	const size = sizeBytes === undefined ? '' : `, ${(sizeBytes / 1e6).toFixed(1)} MB`;
	return `${image} for ${services.join(', ')}${size}`;
}

function interruptionText({ serviceName, change, strategy }: DryRun['services'][number]): string {
	return `${serviceName} (${change}${strategy === undefined ? '' : `, ${strategy}`})`;
}

function section(title: string, lines: readonly string[]): string[] {
	return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
}
