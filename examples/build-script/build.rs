fn main() -> Result<(), wiretrue_codegen::BuildError> {
    wiretrue_codegen::Builder::new("tasks.yaml")
        .feature("mock")
        .generate()
}
