import { cpus } from 'node:os';
import { Command } from 'commander';
import { engineOf } from '../test/integration/support/device.ts';
import { measureIdle } from './questions/idle.ts';
import { measureStartUp } from './questions/start-up.ts';
import { measureTargetToRunning } from './questions/target-to-running.ts';
import { say, startBenchDevice } from './support/bench-device.ts';
import type { BenchContext } from './support/context.ts';
import { toTable, type Row } from './support/table.ts';
import { startTargetServer } from './support/target-server.ts';

const questions: Readonly<Record<string, (context: BenchContext) => Promise<Row[]>>> = {
	'start-up': measureStartUp,
	'target-to-running': measureTargetToRunning,
	idle: measureIdle,
};

interface Options {
	readonly json: boolean;
	readonly only?: string[];
}

const program = new Command('npm run bench --')
	.description(
		'Measures the shipped image on an engine of its own, beside the raw engine in the same run.',
	)
	.option('--json', 'print the rows as JSON', false)
	.option('--only <question...>', `only these: ${Object.keys(questions).join(', ')}`)
	.showHelpAfterError();

async function main({ json, only = Object.keys(questions) }: Options): Promise<void> {
	const unknown = only.filter((name) => !(name in questions));
	if (unknown.length > 0) program.error(`no such question: ${unknown.join(', ')}`, { exitCode: 2 });
	const deviceUuid = 'd'.repeat(32);
	const serviceImage = 'busybox:stable';
	const device = await startBenchDevice();
	const cloud = await startTargetServer(deviceUuid, serviceImage);
	const engine = engineOf(device);
	const cloudUrl = cloud.url.replace('127.0.0.1', device.hostIp);
	const context = { device, engine, cloud, cloudUrl, deviceUuid, serviceImage };
	const rows: Row[] = [];
	try {
		for (const name of only) {
			say(`measuring ${name}`);
			rows.push(...((await questions[name]?.(context)) ?? []));
		}
	} finally {
		engine.close();
		await cloud.close();
		await device.remove();
	}
	const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version} measuring`;
	process.stdout.write(
		json ? `${JSON.stringify(rows, null, 2)}\n` : `${toTable(rows)}\n\n${machine}\n`,
	);
}

await main(program.parse().opts<Options>());
