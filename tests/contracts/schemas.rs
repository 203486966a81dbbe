//! Events and the report against the schemas that customers are given; and the schemas against broken copies.

use contracts::FailureName;
use jsonschema::Validator;
use serde_json::{Value, json};
use testkit::golden;

/// Every schema, its sample, and the part of the sample that has no other fields than the schema's.
const SAMPLES: [(&str, &str, &str); 3] = [
    ("schemas/call.completed.schema.json", "publish/call.completed.json", "/detail"),
    ("schemas/call.failed.schema.json", "publish/call.failed.json", "/detail"),
    ("schemas/report.schema.json", "publish/report.json", ""),
];

fn validator(schema: &str) -> Validator {
    let options = jsonschema::draft202012::options().should_validate_formats(true);
    options.build(&golden(schema)).unwrap_or_else(|error| panic!("events/{schema}: {error}"))
}

fn faults(validator: &Validator, instance: &Value) -> Vec<String> {
    let errors = validator.iter_errors(instance);
    errors.map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn every_sample_is_what_its_schema_says() {
    for (schema, sample, _) in SAMPLES {
        let faults = faults(&validator(schema), &golden(sample));
        assert!(faults.is_empty(), "events/{sample} against events/{schema}: {faults:#?}");
    }
}

#[test]
fn a_copy_without_a_required_field_is_refused() {
    for (schema, sample, part) in SAMPLES {
        let (validator, whole) = (validator(schema), golden(sample));
        let fields: Vec<String> =
            whole.pointer(part).unwrap().as_object().unwrap().keys().cloned().collect();
        for field in fields {
            let mut broken = whole.clone();
            broken.pointer_mut(part).unwrap().as_object_mut().unwrap().remove(&field);
            assert!(!validator.is_valid(&broken), "events/{schema} misses nothing without {field}");
        }
    }
}

#[test]
fn a_copy_with_a_field_of_the_wrong_type_is_refused() {
    for (schema, sample, part) in SAMPLES {
        let (validator, whole) = (validator(schema), golden(sample));
        let fields: Vec<String> =
            whole.pointer(part).unwrap().as_object().unwrap().keys().cloned().collect();
        for field in fields {
            let mut broken = whole.clone();
            broken.pointer_mut(part).unwrap()[&field] = json!(true);
            assert!(!validator.is_valid(&broken), "events/{schema} takes anything as {field}");
        }
    }
}

#[test]
fn a_copy_with_a_field_nobody_described_is_refused_at_every_depth() {
    for (schema, sample, part) in SAMPLES {
        let (validator, whole) = (validator(schema), golden(sample));
        for place in objects(whole.pointer(part).unwrap(), part) {
            let mut broken = whole.clone();
            broken.pointer_mut(&place).unwrap()["surprise"] = json!("!");
            assert!(!validator.is_valid(&broken), "events/{schema} lets anything stand at {place}");
        }
    }
}

/// Where objects stand inside a value.
fn objects(value: &Value, at: &str) -> Vec<String> {
    let below = |(key, value): (String, &Value)| objects(value, &format!("{at}/{key}"));
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().map(|(key, value)| (key.clone(), value));
            std::iter::once(at.to_owned()).chain(fields.flat_map(below)).collect()
        }
        Value::Array(items) => {
            let items = items.iter().enumerate().map(|(index, value)| (index.to_string(), value));
            items.flat_map(below).collect()
        }
        _ => vec![],
    }
}

#[test]
fn a_time_that_is_none_and_an_id_of_another_kind_are_refused() {
    let validator = validator("schemas/call.completed.schema.json");
    for (field, value) in [
        ("occurredAt", json!("yesterday")),
        ("callId", golden("publish/call.completed.json")["detail"]["tenantId"].clone()),
        ("durationMs", json!(-1)),
        ("language", json!("tlh")),
    ] {
        let mut broken = golden("publish/call.completed.json");
        broken["detail"][field] = value;
        assert!(!validator.is_valid(&broken), "{field}");
    }
}

#[test]
fn a_call_in_which_nobody_spoke_is_a_valid_event() {
    let mut silent = golden("publish/call.completed.json");
    silent["detail"]["language"] = Value::Null;
    assert!(validator("schemas/call.completed.schema.json").is_valid(&silent));
}

#[test]
fn the_schema_names_every_failure_there_is() {
    let schema = golden("schemas/call.failed.schema.json");
    let names = schema.pointer("/properties/detail/properties/failure/enum").unwrap();
    assert_eq!(names, &json!(FailureName::ALL.map(FailureName::as_str)));
}

#[test]
fn every_field_of_every_schema_is_described() {
    for (schema, _, _) in SAMPLES {
        let document = golden(schema);
        for place in objects(&document, "") {
            let properties = document.pointer(&place).unwrap()["properties"].as_object();
            for (name, field) in properties.into_iter().flatten() {
                let described = field.get("description").or_else(|| field.get("$ref")).is_some();
                assert!(
                    described,
                    "events/{schema}: describe {place}/properties/{name}, with its unit"
                );
            }
        }
    }
}
