"""Crashes that have to do with gradients, modules, losses and optimisers."""

from grader.checking.crash import Kind

MODULE_KINDS = (
    Kind(
        r"leaf [Vv]ariable that requires grad is being used in an in-place operation",
        "A weight is changed in place while autograd watches.",
        "Do the step inside with torch.no_grad():, or through an optimiser.",
    ),
    Kind(
        r"has been modified by an inplace operation",
        "Something that backward still needs was overwritten in place (+=, an index, a function "
        "whose name ends with _).",
        "Make a new tensor instead.",
    ),
    Kind(
        r"backward through the graph a second time",
        "The cost is computed once and used again: its graph is gone after backward().",
        "Compute it anew in each step, from the model's output on.",
    ),
    Kind(
        r"element 0 of tensors does not require grad",
        "The loss is cut off from the weights (detach, .data, .item(), no_grad or argmax on the "
        "way), so backward() has nothing to follow.",
        "Compute with the tensors themselves, from the weights to the loss.",
    ),
    Kind(
        r"grad can be implicitly created only for scalar outputs",
        "backward() starts from one number, and the cost has one for each sample.",
        "Take .mean() of it first.",
    ),
    Kind(
        r"Only Tensors of floating point and complex dtype can require gradients",
        "Whole numbers have no gradient.",
        "Write the numbers with a point, or give dtype=torch.float32.",
    ),
    Kind(
        r"could not infer output dtype|not implemented for '(Long|Int)'",
        "This is not defined for whole numbers.",
        "Add .float() first.",
    ),
    Kind(
        r"TypeError: 'method' object is not iterable",
        "parameters is given itself, not what it returns: the brackets are missing.",
        "Write model.parameters().",
        line=r"parameters\b(?!\()",
    ),
    Kind(
        r"TypeError: '(\w+)' object is not iterable",
        "An optimiser takes the parameters, not the model.",
        "Write model.parameters().",
        line=r"(optim\.|SGD|Adam)",
    ),
    Kind(
        r"optimizer got an empty parameter list",
        "The model has no parameters: it is empty, or torch does not see its layers.",
        "Put a layer into it; in a class as self.layer = nn.Linear(...), never in a plain list.",
    ),
    Kind(
        r"cannot assign (module|parameters?) before Module\.__init__\(\) call|has no attribute "
        r"'(_backward_hooks|_modules|_parameters|training)'",
        "super().__init__() is missing: the module was never set up.",
        "Make it the first line of __init__.",
    ),
    Kind(
        r"is missing the required \"forward\" function",
        "The module has no method called forward.",
        "Check the name and the indentation: def forward(self, x): inside the class.",
    ),
    Kind(
        r"TypeError: (Linear|Conv2d|ReLU|Flatten|Softmax)\.__init__\(\) takes",
        "nn.{1} is given too many arguments: one call makes one layer.",
        "Make a layer for each step, such as nn.Linear(in, out) for each pair of sizes.",
    ),
    Kind(
        r"default_collate: batch must contain tensors.*PIL",
        "The images are pictures, not tensors: the data set has no transform.",
        "Give it transform=transforms.ToTensor().",
    ),
    Kind(
        r"(\S+) is not a Module subclass",
        "nn.Sequential takes modules, one after the other, and gets {1}.",
        "Use nn.ReLU() in place of F.relu; of a list write nn.Sequential(*layers).",
    ),
    Kind(
        r"dim must be an int or None, got <class 'torch\.Tensor'>",
        "nn.Softmax is a class: in its brackets stands the axis, not the tensor.",
        "Write nn.Softmax(dim=1)(z).",
    ),
    Kind(
        r"'torch\.Size' object is not callable",
        "shape is no function.",
        "Write x.shape[0], or x.size(0).",
    ),
    Kind(
        r"'(builtin_function_or_method|method)' object is not subscriptable",
        "A function is followed by square brackets: its round ones are missing.",
        "Write x.size(0) or x.shape[0].",
    ),
    Kind(
        r"'(float|int)' object has no attribute '(backward|item|detach|numpy)'",
        "The cost is a plain number here, not a tensor: .item() or float() came too early.",
        "Call backward() on the tensor first, and take .item() afterwards, for printing.",
    ),
    Kind(
        r"'(list|tuple|ndarray|numpy\.ndarray)' object has no attribute '(\w+)'",
        "A {1} is used like a tensor: it has no .{2}.",
        "Make a tensor of it first, or take the one element you mean.",
    ),
    Kind(
        r"AttributeError: '((?!NoneType)\w+)' object has no attribute '(\w+)'",
        "{1} has no attribute or method called {2}.",
        "Is it spelled as where it was made, with self., and made in __init__?",
    ),
    Kind(
        r"AttributeError: module '([\w.]+)' has no attribute '(\w+)'",
        "{1} has nothing called {2}.",
        "Check the spelling, and whether it is in another module of torch.",
    ),
)
