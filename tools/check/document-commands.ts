import { blocksOf, commandsOf } from './documents.ts';

/** A command of the documents, and what becomes of it in the tests. */
export type ShownCommand = {
	/** As it is printed, with single blanks; a pattern stands for the lines of one block, or for many alike. */
	readonly command: string | RegExp;
} &
	/** `test/e2e/device.test.ts` runs it on its device, word by word; a `watch` until it has said something. */
	(
		| {
				readonly run: 'look' | 'watch';
				readonly command: string;
				/** What is run in its place, as it might wait for long to say something. */
				readonly as?: string;
		  }
		| /** The file, and the title of the test, that runs it. */ { readonly by: Citation }
		| /** Why no test runs it. */ { readonly not: string }
	);

type Citation = readonly [file: string, title: string];

const device = (title: string): Citation => ['test/e2e/device.test.ts', title];
const standalone = (title: string): Citation => ['test/integration/standalone.test.ts', title];
const image = (title: string): Citation => ['test/integration/supervisor-image.test.ts', title];
const bundled = (title: string): Citation => ['test/integration/bundle.test.ts', title];
const local = (title: string): Citation => ['test/e2e/local-mode.test.ts', title];
const started = device('must show both services running');
const replaced = device('must replace only the changed service, while the page keeps answering');

/** Every command of the documents has a row. */
export const shownCommands: readonly ShownCommand[] = [
	{ command: './dindctl run', by: started },
	{ command: 'npm test', not: 'it is what runs the tests' },
	{ command: './dindctl status', run: 'look' },
	{
		command: './dindctl status --all',
		by: device('must run a second device beside it, and remove that one alone'),
	},
	{ command: './dindctl status --watch', run: 'watch' },
	{ command: './dindctl events', run: 'watch', as: './dindctl events --all' },
	{ command: './dindctl events --help', run: 'look' },
	{ command: './dindctl --help', run: 'look' },
	{
		command: './dindctl <command> --help',
		by: ['tools/dind/cli/program.test.ts', 'must hand a shell its command'],
	},
	{ command: './dindctl completion --help', run: 'look' },
	{ command: './dindctl completion bash', run: 'look' },
	{ command: './dindctl plan examples/hello', run: 'look' },
	{
		command: './dindctl plan DIR',
		by: device('must tell what a push would change, and why, before it'),
	},
	{ command: './dindctl logs -n 20 -u resin-supervisor-dind', run: 'look' },
	{ command: './dindctl logs -n 50 -u resin-supervisor-dind', run: 'look' },
	{ command: './dindctl logs -n 100 -u resin-supervisor-dind', run: 'look' },
	{ command: './dindctl shell docker ps', run: 'look' },
	{
		command:
			'./dindctl shell docker exec balena_supervisor node /usr/src/app/dist/main.cjs api-key',
		run: 'look',
	},
	{
		command: /^\.\/dindctl (logs|plan|completion)$|^\.\/dindctl [a-z]+ --…?$/,
		not: 'names a command in a sentence',
	},
	{
		command: /^\.\/dindctl shell --service (web|NAME)$/,
		by: device('must open a shell in a service'),
	},
	{ command: './dindctl api GET /v2/state/status', run: 'look' },
	{ command: './dindctl api GET /v3/status', run: 'look' },
	{
		command: './dindctl doctor',
		by: device('must find nothing wrong with a device that is well'),
	},
	{
		command: /^\.\/dindctl bundle (DIR|examples\/hello) -o (app|hello)\.tar$/,
		by: bundled('must run when it is sent'),
	},
	{
		command: /^curl .*http:\/\/DEVICE:48484\/v3\/device\/apps\/\$UUID"$/,
		by: bundled('must take the place of its older release when it lies on a disk'),
	},
	{
		command: /^\.\/dindctl import (app|hello)\.tar$/,
		by: local('must run the next release of it, which comes in a bundle'),
	},
	{
		command: /^\.\/dindctl run --preload (DIR|examples\/hello)$/,
		by: local('must run the app that it was made with'),
	},
	{ command: './dindctl push examples/hello', by: replaced },
	{
		command: './dindctl run --mount-dist',
		by: device('must run the supervisor from ./dist and refresh it'),
	},
	{
		command: './dindctl refresh',
		by: device('must run the supervisor from ./dist and refresh it'),
	},
	{
		command: './dindctl run --ssh',
		by: device('must keep its identity and its containers when it is run with other options'),
	},
	{
		command: './dindctl run --preload',
		by: device('must run preloaded apps with the cloud unreachable'),
	},
	{
		command: './dindctl run --count 3',
		by: device('must run a second device beside it, and remove that one alone'),
	},
	{
		command: './dindctl run --local',
		by: [
			'test/e2e/local-mode.test.ts',
			'must run a composition that is pushed detached, and tell its status',
		],
	},
	{
		command: './dindctl run --image resin/amd64-supervisor:master',
		by: [
			'tools/dind/cli/program.test.ts',
			'must take a command as the README of 2018 prints it: run --image resin/amd64-supervisor:master',
		],
	},
	{ command: './dindctl build', not: 'the image is built by ./dindctl run' },
	{
		command: './dindctl build --arch aarch64',
		not: 'compiles for another processor, which takes minutes',
	},
	{
		command: './dindctl build --tag master --arch amd64',
		not: 'the image is built by ./dindctl run',
	},
	{
		command: './dindctl stop',
		by: device('must leave nothing behind when it is stopped, also when half of it is gone'),
	},
	{
		command: /^\.\/sync\.ts (<address>|<ip>|ADDRESS)$/,
		by: device('must take a built supervisor over ssh and leave the apps alone'),
	},
	{
		command: /^\.\/sync\.ts (127\.0\.0\.1|HOST) --watch$/,
		by: device(
			'must run a change of the code as it is saved, and the released image again after --reset',
		),
	},
	{
		command:
			/^docker run .*--privileged --network host .*\/:\/mnt\/root holdfast\/amd64-supervisor:master$/,
		by: [
			'test/e2e/os-start.test.ts',
			"must reach the host: its engine's folder, its D-Bus, its os-release, its locks",
		],
	},
	{
		command: /^(key=.*USER_KEY\)|for variable in DELTA.*|\tcurl .*\/dev\/variables|done)$/,
		by: [
			'test/integration/deltas.test.ts',
			'must make the image of a delta, and fetch nothing else of it',
		],
	},
	{
		command: /^curl -N .*\/v3\/events/,
		by: [
			'test/integration/watching.test.ts',
			'must tell of the first release from its target to its end',
		],
	},
	{
		command: /BALENA_SUPERVISOR_ADDRESS|^lock=|noclobber/,
		by: ['test/contract/guide.test.ts', 'must say what works: line 1'],
	},
	{
		command: /^iptables /,
		by: [
			'test/integration/firewall.test.ts',
			'must keep the rules of others, and its own place among them',
		],
	},
	{
		command: /^docker compose .*up (--detach|-d)$/,
		by: standalone('must answer on this computer after the two commands of the README'),
	},
	{
		command: /^curl .*-X POST .*app\.json http:\/\/127/,
		by: standalone('must run the app of the README, which reaches the API from inside'),
	},
	{
		command: /^curl --fail-with-body http:\S+\/v3\/status$|^docker logs holdfast$/,
		by: standalone('must run the app of the README, which reaches the API from inside'),
	},
	{
		command: /^docker compose .*rm --stop --force$/,
		by: standalone(
			'must leave the app as it is when the supervisor is removed, and take it up by docker run',
		),
	},
	{
		command: /^docker (network create .*|run .*--name holdfast .*)supervisor0 ?/,
		by: standalone(
			'must leave the app as it is when the supervisor is removed, and take it up by docker run',
		),
	},
	{
		command: /^curl .*-X DELETE |^docker compose .*down --volumes$/,
		by: standalone('must leave nothing but the stranger when all of it is taken down'),
	},
	{ command: /^node --import tsx tools\/cloud\/build-image\.ts/, by: started },
	{
		command: /^docker run -d --init --name cloud /,
		by: ['tools/dind/commands/commands.test.ts', 'must begin with the name that was asked for'],
	},
	{
		command: /^docker image inspect .*Config\.Labels}}' holdfast/,
		by: image('must say its version and when its commit was made'),
	},
	{
		command: /^docker run .*--entrypoint cat .*sbom\.cdx\.json$/,
		by: image('must hold its bill of materials, and no compiler, no npm and no sources'),
	},
	{
		command: 'sh tools/images/verify-reproducible',
		not: 'minutes; every run builds what is cheap of it twice: test/integration/supervisor-image.test.ts',
	},
	{
		command: /^docker run .*--name holdfast .*--read-only /,
		by: image('must answer without systemd, D-Bus and a boot partition'),
	},
	{
		command: 'HOLDFAST_IMAGES=made sh tools/setup/setup images',
		not: 'it makes anew the images that other tests use; set-up does so where no registry answers',
	},
	{ command: /^SUPERVISOR_(IMAGE|EXTRA_MOUNTS|EXTRA_ENV)=/, not: 'lines of a file, not commands' },
];

/** The commands of a document: the lines of its blocks for the shell, and what calls our tools inside of sentences. */
export function commandsIn(markdown: string): readonly string[] {
	const blocks = blocksOf(markdown).filter(({ language }) => language === 'sh');
	const inline = [...markdown.matchAll(/`((?:source <\()?\.\/(?:dindctl|sync\.ts) [^`]+)`/g)].map(
		([, command = '']) => command.replace(/^source <\((.*)\)$/, '$1'),
	);
	const lines = blocks.flatMap((block) => commandsOf(block));
	return [
		...new Set([...lines, ...inline].map((line) => line.replaceAll(/(?<=\S) +/g, ' ').trimEnd())),
	];
}

export function isShownBy({ command }: ShownCommand, text: string): boolean {
	return typeof command === 'string' ? command === text : command.test(text);
}
