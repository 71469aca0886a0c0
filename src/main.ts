import { setMaxListeners } from 'node:events';
import { createLogger } from './assembly/logger.ts';
import { readApiKey, usage } from './assembly/commands.ts';
import { runSupervisor } from './assembly/supervisor.ts';
import { decodeEnvironment } from './config/environment.ts';
import { systemClock } from './kit/clock.ts';
import { messageOf, SupervisorError } from './kit/errors.ts';
import { systemRandom } from './kit/random.ts';
import { version as release, withBuild } from './version.ts';

const { environment, problems } = decodeEnvironment(process.env);
const deps = { clock: systemClock, random: systemRandom };
const version = withBuild(release, environment.versionSuffix);

// Every job and every step of a plan listens to the signal that ends it; Node takes more than ten for a leak.
setMaxListeners(1000);

/** @returns the exit code */
async function main(command: string | undefined): Promise<number> {
	switch (command) {
		case undefined:
			return run();
		case 'api-key':
			process.stdout.write(`${await readApiKey(environment, deps)}\n`);
			return 0;
		case '--version':
			process.stdout.write(`${version}\n`);
			return 0;
		case '--help':
			process.stdout.write(usage);
			return 0;
		default:
			process.stderr.write(`no such command: ${command}\n${usage}`);
			return 2;
	}
}

async function run(): Promise<number> {
	const log = createLogger({
		level: environment.logLevel,
		format: environment.logFormat,
		write: (line) => void process.stdout.write(line),
	});
	for (const problem of problems) log.warn({ problem }, 'environment variable not understood');
	const shutdown = new AbortController();
	for (const name of ['SIGTERM', 'SIGINT'] as const) {
		process.once(name, () => {
			log.info({ signal: name }, 'asked to end');
			shutdown.abort(new Error(name));
		});
	}
	process.on('unhandledRejection', (err) => log.error({ err }, 'a promise was forgotten'));
	const isSound = await runSupervisor({ ...deps, environment, version, log }, shutdown.signal);
	log.info({}, 'ended');
	return isSound ? 0 : 1;
}

main(process.argv[2]).then(
	(code) => process.exit(code),
	(err: unknown) => {
		const isDefect = err instanceof Error && !(err instanceof SupervisorError);
		process.stderr.write(`${isDefect ? err.stack : messageOf(err)}\n`);
		process.exit(1);
	},
);
