import { helpText, readOptions } from '../../simulator/commandLine.mts';
import { defaults } from '../../simulator/options.mts';

test('without a flag the options are the defaults, on a port that stays the same', () => {
	expect({ ...defaults, ...readOptions([]) }).toEqual({ ...defaults, port: 4010 });
});

test('flags set options', () => {
	const args = '--vocabulary api --largest-page 10 --no-seed --quota 0 --shape nested --early --port=5000'.split(' ');
	expect(readOptions(args)).toMatchObject({
		vocabulary: 'api',
		largestPage: 10,
		seed: false,
		quota: null,
		deliveries: { shape: 'nested', early: true, repeats: 1 },
		port: 5000,
		webhookData: true,
	});
});

test.each([
	['--vocabulary Api', '--vocabulary must be one of dashboard, api, not "Api"'],
	['--port 65536', '--port must be a whole number from 0 to 65535, not "65536"'],
	['--quota=-1', '--quota must be a whole number'],
	['--latency-ms 1s', '--latency-ms must be a whole number'],
	['--vocab api', "Unknown option '--vocab'"],
])('%s is refused', (args, message) => {
	expect(() => readOptions(args.split(' '))).toThrow(message);
});

test('--help names every ending in both vocabularies', () => {
	expect(readOptions(['--help'])).toBeUndefined();
	const help = helpText();
	for (const digits of ['10', '11', '12', '13']) expect(help).toContain(`A call to a number ending in ${digits} `);
	expect(help).toContain('ending in 12 goes to voicemail (LEFT_VOICEMAIL, or success with outcome voicemail).');
	expect(help).toContain('--no-webhook-data');
});
