import { ours, reference, type Scheme } from './schemes.ts';
import { simulateOutage, type OutageResult } from './outage.ts';

/** The outage of the picture and of the table: the cloud fails just after it has told every device to ask. */
export const fleetOutage = {
	...{ devices: 100_000, outageSeconds: 3600, capacity: 1000, beginSeconds: 5, seed: 7 },
};

const shownSeconds = 5400;
const size = { width: 860, height: 430, left: 78, right: 20, top: 64, bottom: 56 };
const plot = {
	width: size.width - size.left - size.right,
	height: size.height - size.top - size.bottom,
};
/** Powers of ten of the vertical scale. */
const decades = 5;
/** A point of a line is the busiest second of so many. */
const stepSeconds = 10;

const lines: readonly { readonly scheme: Scheme; readonly color: string }[] = [
	{ scheme: reference, color: '#b3261e' },
	{ scheme: ours, color: '#0b57d0' },
];

/** docs/outage.svg */
export function makeOutagePicture(): string {
	const drawn = lines.map(({ scheme, color }, index) => {
		const result = simulateOutage({ ...fleetOutage, scheme, lastSecond: shownSeconds });
		return [lineOf(result, color), legendOf(scheme.name, color, index)].join('\n');
	});
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="13" fill="#222">`,
		'<title>Requests per second of 100,000 devices during and after an outage of an hour</title>',
		`<rect width="${size.width}" height="${size.height}" fill="#fff"/>`,
		`<text x="${size.left}" y="26" font-size="16">Requests per second that reach the cloud, 100,000 devices, the busiest of ten seconds</text>`,
		shadeOf(0, fleetOutage.outageSeconds),
		...axes(),
		...drawn,
		capacityLine(),
		'</svg>',
		'',
	].join('\n');
}

const xOf = (second: number): number => round(size.left + (second / shownSeconds) * plot.width);

function yOf(count: number): number {
	const share = Math.log10(Math.max(1, count)) / decades;
	return round(size.top + plot.height * (1 - share));
}

/** Coarse enough that no machine's arithmetic shows. */
function round(value: number): number {
	return Math.round(value * 10) / 10;
}

function lineOf({ requests }: OutageResult, color: string): string {
	const steps = Array.from({ length: requests.length / stepSeconds }, (_, step) => {
		const from = step * stepSeconds;
		const most = Math.max(...requests.subarray(from, from + stepSeconds));
		return `${xOf(from)},${yOf(most)}`;
	});
	return `<polyline fill="none" stroke="${color}" stroke-width="1.5" points="${steps.join(' ')}"/>`;
}

function legendOf(name: string, color: string, index: number): string {
	const x = size.left + index * 150;
	return `<path d="M${x} 45h22" stroke="${color}" stroke-width="3"/><text x="${x + 28}" y="49">${name}</text>`;
}

function shadeOf(from: number, to: number): string {
	const x = xOf(from);
	const label = `<text x="${x + 8}" y="${size.top + 16}" fill="#555">the cloud is away</text>`;
	return `<rect x="${x}" y="${size.top}" width="${round(xOf(to) - x)}" height="${plot.height}" fill="#f1f1f1"/>${label}`;
}

function capacityLine(): string {
	const y = yOf(fleetOutage.capacity);
	const x = xOf(shownSeconds);
	return `<path d="M${size.left} ${y}H${x}" stroke="#555" stroke-dasharray="5 4"/><text x="${x - 6}" y="${y - 6}" text-anchor="end" fill="#555">what this cloud can serve</text>`;
}

function axes(): string[] {
	const bottom = size.top + plot.height;
	const powers = Array.from({ length: decades + 1 }, (_, power) => 10 ** power);
	const minutes = [0, 15, 30, 45, 60, 75, 90];
	return [
		...powers.map(
			(count) =>
				`<path d="M${size.left} ${yOf(count)}h${plot.width}" stroke="#ddd"/><text x="${size.left - 8}" y="${yOf(count) + 4}" text-anchor="end">${count.toLocaleString('en')}</text>`,
		),
		...minutes.map(
			(minute) =>
				`<path d="M${xOf(minute * 60)} ${bottom}v5" stroke="#222"/><text x="${xOf(minute * 60)}" y="${bottom + 20}" text-anchor="middle">${minute}</text>`,
		),
		`<text x="${size.left + plot.width / 2}" y="${bottom + 44}" text-anchor="middle">minutes since the cloud failed</text>`,
	];
}
