import { expect } from "chai";
import { findingsOf } from "./template-tools.ts";

const say = (text: string) => `- action: talk\n  text: '${text}'\n`;

describe("the findings of an NCCO template", () => {
	const cases: [string, string, string[]][] = [
		[
			"a syntax error",
			say("{{ payload.to"),
			["a.yaml:2:9: error: a `{{` is never closed. Expected `}}`. Close it."],
		],
		[
			"an unclosed tag",
			say("{% if payload.to %}"),
			[
				"a.yaml:2:9: error: `{% if payload.to %}` is never closed. Write `{% endif %}` behind it.",
			],
		],
		[
			"an unknown filter",
			say("{{ payload.to | upkase }}"),
			[
				"a.yaml:2:9: error: a template knows no filter `upkase`. Did you mean `upcase`?",
			],
		],
		[
			"a file tag",
			say('{% include "/etc/passwd" %}{% render "x" %}'),
			[
				"a.yaml:2:9: error: a template knows no tag `include`. Expected `assign`, `break`, `capture`, `case`, `comment`, `continue`, `cycle`, `decrement`, `echo`, `for`, `if`, `increment`, `liquid`, `raw`, `tablerow` or `unless`.",
			],
		],
		[
			"a layout",
			say('{% layout "/etc/passwd" %}'),
			[
				"a.yaml:2:9: error: a template knows no tag `layout`. Expected `assign`, `break`, `capture`, `case`, `comment`, `continue`, `cycle`, `decrement`, `echo`, `for`, `if`, `increment`, `liquid`, `raw`, `tablerow` or `unless`.",
			],
		],
		[
			"a name from nowhere",
			say("{{ paylod.to }}"),
			[
				"a.yaml:2:9: error: a template knows no `paylod`. Expected `payload`, `query`, `params`, `headers`, `route` or `claims`. Did you mean `payload`?",
			],
		],
		[
			"a field without payload",
			say("{{ from }}"),
			[
				"a.yaml:2:9: error: a template knows no `from`. Expected `payload`, `query`, `params`, `headers`, `route` or `claims`. Write `payload.from`.",
			],
		],
		[
			"a parameter of the query without `query`, and nothing about one with it",
			say("{{ lang }}{{ query.lang }}{{ query.x-y }}{{ params.tenant }}"),
			[
				"a.yaml:2:9: error: a template knows no `lang`. Expected `payload`, `query`, `params`, `headers`, `route` or `claims`.",
			],
		],
		[
			"a header with capitals",
			say("{{ headers.X-Tenant }}{{ headers.x-tenant }}"),
			[
				"a.yaml:2:9: error: `headers.X-Tenant` is never there: the names of headers are in lower case here. Write `headers.x-tenant`.",
			],
		],
		[
			"a field that a route has not",
			say("{{ route.nam }}"),
			[
				"a.yaml:2:9: error: a route has no `nam` here. Expected `name`, `path`, `level` or `params`. Did you mean `name`?",
			],
		],
		[
			"a field that is nearly one",
			say("{{ payload.fron }}"),
			[
				"a.yaml:2:9: warning: `voice.answer` has no field `payload.fron` in its schema, so this may always be empty. Did you mean `from`?",
			],
		],
		[
			"a route that is not there",
			say('{{ "menue" | url }}'),
			[
				"a.yaml:2:9: error: the filter `url` names `menue`, and no route has this name. Did you mean `menu`?",
			],
		],
		[
			"such a route within a tag",
			say(
				'{% if payload.to %}{% assign x = "menue" | url %}{{ x }}{% endif %}',
			),
			[
				"a.yaml:2:9: error: the filter `url` names `menue`, and no route has this name. Did you mean `menu`?",
			],
		],
		[
			"a path parameter that is missing",
			say('{{ "invoice" | url: tenant: payload.to }}'),
			[
				'a.yaml:2:9: error: the path of `invoice` needs `id`. Write `"invoice" | url: id: …`.',
			],
		],
		[
			"a URL parameter without a name",
			say('{{ "menu" | url: payload.to }}'),
			[
				"a.yaml:2:9: error: the filter `url` has a parameter without a name. Write `name: value`, such as `lang: payload.lang`.",
			],
		],
		[
			"a template without quotes",
			"- action: talk\n  text: {{ payload.to }}\n",
			[
				'a.yaml:2:9: error: a text with `{{ }}` needs quotes here. Put all of the text in quotes: `"Hello {{ payload.from }}"`.',
			],
		],
		[
			"a template for an action",
			'- action: "{{ payload.to }}"\n',
			[
				"a.yaml:1:11: error: `action` is a template. Expected `talk`, `stream`, `input`, `connect`, `conversation`, `record`, `notify`, `wait`, `transfer` or `pay`. Write the word itself: a value must not decide what the call does.",
			],
		],
		[
			"an option at its key",
			"- action: wait\n  timout: 1\n",
			[
				"a.yaml:2:3: warning: `wait.timout` is not an option that the platform documents. Did you mean `timeout`?",
			],
		],
		[
			"a value at its site, also beside templates",
			`${say("{{ payload.to }}")}  loop: -1\n`,
			[
				"a.yaml:3:9: warning: `talk.loop` is -1. Expected a whole number, 0 or more.",
			],
		],
		[
			"several in the order of the file",
			"- action: wait\n  timeout: 0\n- action: talk\n  text: '{{ x.y }}'\n  loop: -1\n",
			[
				"a.yaml:2:12: warning: `wait.timeout` is 0. Expected a number from 0.1 to 7200 seconds.",
				"a.yaml:4:9: error: a template knows no `x`. Expected `payload`, `query`, `params`, `headers`, `route` or `claims`.",
				"a.yaml:5:9: warning: `talk.loop` is -1. Expected a whole number, 0 or more.",
			],
		],
		[
			"a URL whose host is a value's",
			'- action: record\n  eventUrl: ["{{ payload.to }}"]\n',
			[
				'a.yaml:2:14: warning: `record.eventUrl[0]` lets a value choose the host. Begin it with scheme and host: `https://example.com/`, or `{{ "menu" | url }}`.',
			],
		],
		[
			"nothing",
			say(
				'{% assign a = payload.to %}{{ a }}{% for b in query.x.y %}{{ b }}{{ forloop.index }}{% endfor %}{{ query["a b"] }}{{ payload[payload.to] }}',
			),
			[],
		],
	];
	for (const [what, yaml, expected] of cases) {
		it(`name ${what}`, () => {
			expect(findingsOf(yaml)).to.deep.equal(expected);
		});
	}

	it("name each URL whose host a value chooses, and nothing that is no URL", () => {
		const yaml = `- action: stream
  streamUrl: ["https://{{ payload.to }}/a.mp3"]
- action: conversation
  name: "{{ payload.to }}"
  musicOnHoldUrl: "{{ payload.to }}"
- action: record
  eventUrl: ['{{ "menu" | url }}']
  transcription: { eventUrl: ["{{ payload.to }}"] }
- action: notify
  payload: { url: "{{ payload.to }}" }
  eventUrl: ["{{ payload.to }}"]
- action: connect
  ringbackTone: "{{ payload.to }}"
  endpoint: [{ type: phone, number: "{{ payload.to }}", onAnswer: { url: "{{ payload.to }}", ringback: ["{{ payload.to }}"] } }]
- action: connect
  endpoint: [{ type: websocket, uri: "{{ payload.to }}" }]
- action: connect
  endpoint: [{ type: sip, uri: "sip:{{ payload.to }}" }]
`;
		const named = findingsOf(yaml)
			.filter((line) => line.includes("lets a value choose the host"))
			.map((line) => line.replace(/ lets.*/, ""));
		expect(named).to.deep.equal([
			"a.yaml:2:15: warning: `stream.streamUrl[0]`",
			"a.yaml:5:19: warning: `conversation.musicOnHoldUrl`",
			"a.yaml:8:31: warning: `record.transcription.eventUrl[0]`",
			"a.yaml:11:14: warning: `notify.eventUrl[0]`",
			"a.yaml:13:17: warning: `connect.ringbackTone`",
			"a.yaml:14:74: warning: `connect.endpoint[0].onAnswer.url`",
			"a.yaml:14:105: warning: `connect.endpoint[0].onAnswer.ringback[0]`",
			"a.yaml:16:38: warning: `connect.endpoint[0].uri`",
			"a.yaml:18:32: warning: `connect.endpoint[0].uri`",
		]);
	});
});
