import { DEFAULT_NAME } from '../commands/names.ts';
import type { RenderOptions } from '../status/render.ts';
import { AREAS } from './check.ts';
import type { Finding } from './run-checks.ts';

/** The answer of `dindctl doctor --json`. */
export interface DoctorReport {
	readonly name: string;
	readonly problems: number;
	readonly warnings: number;
	readonly checks: readonly Finding[];
}

/** What is to be done names the device, unless it is the one that is meant without a name. */
export function toReport(name: string, findings: readonly Finding[]): DoctorReport {
	const checks = findings.map((finding) =>
		'todo' in finding ? { ...finding, todo: withName(finding.todo, name) } : finding,
	);
	const count = (status: Finding['status']) =>
		checks.filter((finding) => finding.status === status).length;
	return { name, problems: count('problem'), warnings: count('warning'), checks };
}

/** Verbs of dindctl that are about one device. */
const COMMANDS = /\.\/dindctl (run|buildrun|logs|shell|status|stop|push)\b/g;

function withName(todo: string, name: string): string {
	return name === DEFAULT_NAME ? todo : todo.replace(COMMANDS, `$& --name ${name}`);
}

/** The report as text for people, ending in a newline. */
export function renderReport(report: DoctorReport, { color }: RenderOptions): string {
	const width = Math.max(...report.checks.map(({ name }) => name.length));
	const paint = color ? painted : (text: string) => text;
	const areas = AREAS.flatMap((area) => {
		const findings = report.checks.filter((finding) => finding.area === area);
		const shown = findings.filter(({ status }) => status !== 'skipped');
		const lines = shown.flatMap((finding) => lineOf(finding, { width, paint }));
		return [toTitle(area), ...lines, ...skippedLine(findings), ''];
	});
	return `${[...areas, summaryOf(report)].join('\n')}\n`;
}

const words = { ok: 'ok', none: '-', warning: 'warning', problem: 'PROBLEM', skipped: '' } as const;
const colors: Readonly<Record<string, number>> = { ok: 32, warning: 33, PROBLEM: 31 };

interface LineOptions {
	readonly width: number;
	readonly paint: (text: string, word: string) => string;
}

function lineOf(finding: Finding, { width, paint }: LineOptions): string[] {
	const word = words[finding.status];
	const head = `  ${paint(word.padEnd(8), word)}${finding.name.padEnd(width)}  `;
	const indent = ' '.repeat(2 + 8 + width + 2);
	const says = finding.says.trim().replaceAll('\n', `\n${indent}`);
	return [`${head}${says}`, ...('todo' in finding ? [`${indent}→ ${finding.todo}`] : [])];
}

function painted(text: string, word: string): string {
	const code = colors[word];
	return code === undefined ? text : `\u001b[${code}m${text}\u001b[0m`;
}

/** What could not be looked at, a line for each thing that was missing. */
function skippedLine(findings: readonly Finding[]): string[] {
	const skipped = findings.filter(({ status }) => status === 'skipped');
	if (skipped.length === 0) return [];
	return [`  not looked at: ${skipped.map(({ name }) => name).join(', ')}`];
}

function toTitle(area: string): string {
	return area.charAt(0).toUpperCase() + area.slice(1);
}

function summaryOf({ problems, warnings }: DoctorReport): string {
	if (problems === 0 && warnings === 0) return 'Nothing is wrong.';
	const parts = [counted(problems, 'problem'), counted(warnings, 'warning')];
	return `${parts.filter((part) => part !== '').join(', ')}.`;
}

function counted(count: number, noun: string): string {
	if (count === 0) return '';
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
