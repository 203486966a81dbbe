//! `template.yaml` as JSON, with CloudFormation's short forms written out: `!Ref X` is `{"Ref": "X"}`, `!Sub X` is
//! `{"Fn::Sub": "X"}`.

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value};

use crate::tree::read;

/// The product's template.
pub fn template() -> Value {
    parse(&read("template.yaml"))
}

/// A template from its text.
pub fn parse(text: &str) -> Value {
    let documents =
        Yaml::load_from_str(text).unwrap_or_else(|error| panic!("template.yaml: {error}"));
    documents.first().map(json).unwrap_or_default()
}

fn json(yaml: &Yaml<'_>) -> Value {
    match yaml {
        Yaml::Value(scalar) => value(scalar),
        Yaml::Sequence(items) => items.iter().map(json).collect(),
        Yaml::Mapping(fields) => {
            fields.iter().map(|(key, value)| (text(key), json(value))).collect()
        }
        Yaml::Tagged(tag, inner) => written_out(&tag.suffix, json(inner)),
        other => panic!("template.yaml: cannot read {other:?}"),
    }
}

fn value(scalar: &Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(value) => (*value).into(),
        Scalar::Integer(value) => (*value).into(),
        Scalar::FloatingPoint(value) => value.into_inner().into(),
        Scalar::String(value) => value.as_ref().into(),
    }
}

fn text(key: &Yaml<'_>) -> String {
    match json(key) {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

fn written_out(tag: &str, inner: Value) -> Value {
    let name = match tag {
        "Ref" | "Condition" => tag.to_owned(),
        function => format!("Fn::{function}"),
    };
    Value::Object(Map::from_iter([(name, inner)]))
}

/// The resources of one type, by name.
pub fn resources<'a>(
    template: &'a Value,
    kind: &'a str,
) -> impl Iterator<Item = (String, &'a Value)> {
    let resources = template["Resources"].as_object().into_iter().flatten();
    let of_kind = resources.filter(move |(_, resource)| resource["Type"] == kind);
    of_kind.map(|(name, resource)| (name.clone(), &resource["Properties"]))
}

/// The resource an attribute is asked of: `X` in `!GetAtt X.Arn`.
pub fn owner(value: &Value) -> Option<&str> {
    let attribute = value["Fn::GetAtt"].as_str()?;
    attribute.split('.').next()
}

/// A property of a function, or what all functions share.
fn effective<'a>(template: &'a Value, function: &'a Value, property: &str) -> &'a Value {
    let own = function.get(property);
    own.unwrap_or(&template["Globals"]["Function"][property])
}

/// How long a function may take, in seconds; Lambda's own default where nothing is said.
pub fn timeout_s(template: &Value, function: &Value) -> u64 {
    effective(template, function, "Timeout").as_u64().unwrap_or(3)
}

#[test]
fn short_forms_anchors_and_numbers_are_read() {
    let read = parse("A: &a { B: !GetAtt Q.Arn, C: 7 }\nD: *a\nE: [!Ref X, !Sub \"${Y}\"]\n");
    assert_eq!(read["D"]["C"], 7);
    assert_eq!(owner(&read["D"]["B"]), Some("Q"));
    assert_eq!(read["E"], serde_json::json!([{ "Ref": "X" }, { "Fn::Sub": "${Y}" }]));
}
