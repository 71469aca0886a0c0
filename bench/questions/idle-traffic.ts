import type { HostMetrics } from '../../src/model/host-metrics.ts';
import type { Traffic } from '../support/counting-relay.ts';
import { say } from '../support/bench-device.ts';
import { IdleDevice } from '../support/idle-device.ts';
import type { Row } from '../support/table.ts';

interface Sensors {
	readonly name: string;
	readonly metrics: (minute: number) => HostMetrics;
	/** Reports an hour that the rules of the contract imply. */
	readonly reports: number;
}

const steady: HostMetrics = {
	...{ cpuUsage: 4, memoryUsage: 400, memoryTotal: 1900, cpuTemp: 48 },
	...{ storageUsage: 2000, storageTotal: 14_000, storageBlockDevice: '/dev/mmcblk0p6' },
};

const cases: readonly Sensors[] = [
	{ name: 'sensors steady', metrics: () => steady, reports: 0 },
	{
		name: 'sensors that change all the time',
		metrics: (minute) => ({
			...steady,
			cpuUsage: (minute * 37) % 100,
			cpuTemp: 40 + (minute % 30),
		}),
		reports: 12,
	},
];

/** Of headers of IPv4 and TCP: three packets open a connection, four close it. */
const connectionBytes = 7 * 52;
/** A packet and its acknowledgement. */
const pieceBytes = 2 * 52;
const hours = 8;
/** A try of the connection every ten seconds, where there is no VPN: nothing but headers. */
const tryBytes = 360 * connectionBytes;

/** What does an idle device cost its network in an hour? */
export async function measureIdleTraffic(): Promise<Row[]> {
	const rows: Row[] = [];
	for (const sensors of cases) {
		say(`an idle device, ${sensors.name}`);
		rows.push(...(await measure(sensors)));
	}
	rows.push({
		...rowOf('bytes an hour of trying the connection, computed; none with a VPN', tryBytes),
		peer: kilobytes(tryBytes),
		met: true,
	});
	return rows;
}

async function measure({ name, metrics, reports }: Sensors): Promise<Row[]> {
	const device = await IdleDevice.start(metrics);
	try {
		await device.live(60); // the first report, and the first target
		const [before, requestsBefore] = [device.traffic(), device.requests];
		await device.live(60 * hours);
		const used = wireBytes(between(before, device.traffic())) / hours;
		const requests = (device.requests - requestsBefore) / hours;
		const implied = 3600 / 930 + reports;
		return [
			{
				...rowOf(`bytes an hour of an idle device, ${name}: poll, report and logs over TLS`, used),
				// its requests are of the same form, so of the same size
				peer: kilobytes((used / requests) * implied),
				aim: 'not above the peer',
				met: requests <= implied + 0.5,
			},
			{
				...rowOf(`requests an hour of an idle device, ${name}`, 0),
				measured: requests.toFixed(1),
				peer: implied.toFixed(1),
				aim: 'not above the peer',
				met: requests <= implied + 0.5,
			},
		];
	} finally {
		await device.close();
	}
}

function between(before: Traffic, after: Traffic): Traffic {
	return {
		connections: after.connections - before.connections,
		bytes: after.bytes - before.bytes,
		pieces: after.pieces - before.pieces,
	};
}

function wireBytes({ connections, bytes, pieces }: Traffic): number {
	return bytes + connections * connectionBytes + pieces * pieceBytes;
}

function rowOf(question: string, bytes: number): Row {
	return {
		...{ question, measured: kilobytes(bytes), rounds: hours },
		...{ floor: '', ratio: '', aim: '', peer: '', met: true },
	};
}

function kilobytes(bytes: number): string {
	return `${(bytes / 1000).toFixed(1)} kB`;
}
