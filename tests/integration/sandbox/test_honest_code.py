"""What honest code needs and finds in the jail."""

from pathlib import Path
from tempfile import TemporaryDirectory

from probes import PROBE_WORKER, REFUSED_READING, probe

from grader.sandbox.host.sandbox import Level, Limits, Sandbox, Worker


def test_threads_work(worker: Worker) -> None:
    """Threads can be started, by Python and by torch."""
    source = """
        import threading, torch
        seen = []
        many = [threading.Thread(target=seen.append, args=(i,)) for i in range(20)]
        [t.start() for t in many]; [t.join() for t in many]
        torch.set_num_threads(2)
        result = [len(seen), (torch.ones(600, 600) @ torch.ones(600, 600))[0, 0].item()]
        """
    assert probe(worker, source) == [20, 600.0]


def test_training_works(worker: Worker) -> None:
    """Convolution, backward, SGD, DataLoader, transforms and pandas work in the jail, silently."""
    source = """
        import io, torch, torchvision, pandas
        from torch import nn
        from torch.utils.data import DataLoader, TensorDataset
        model = nn.Sequential(
            nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 26 * 26, 10))
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
        data = TensorDataset(torch.randn(64, 1, 28, 28), torch.randint(0, 10, (64,)))
        for x, y in DataLoader(data, batch_size=16, shuffle=True, num_workers=0):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x), y).backward()
            optimizer.step()
        torch.optim.Adam(model.parameters()).step()
        open('a.csv', 'w').write('a,b\\n1,2\\n3,4\\n')
        table = pandas.read_csv('a.csv')
        through = torchvision.transforms.Compose([
            torchvision.transforms.ToTensor(), torchvision.transforms.Normalize((0.1,), (0.3,))])
        from PIL import Image
        import numpy
        image = through(Image.fromarray(numpy.zeros((28, 28), dtype=numpy.uint8)))
        import torch.distributions, torch.linalg, torch.fft, torch.nn.utils.parametrizations
        from torch.utils.data import random_split
        torch.save(model.state_dict(), 'model.pt')
        model.load_state_dict(torch.load('model.pt'))
        import sklearn.linear_model, unittest, sqlite3, yaml
        finite = all(p.isfinite().all().item() for p in model.parameters())
        result = [int(table.a.sum()), list(image.shape), finite]
        """
    assert probe(worker, source) == [4, [1, 28, 28], True]
    assert worker.output == ""


def test_private_folder_works(worker: Worker) -> None:
    """The working directory and the temporary folder can be written, read, listed and emptied."""
    source = """
        import os, tempfile
        open('a.txt', 'w').write('x')
        os.mkdir('sub'); os.rename('a.txt', 'sub/b.txt')
        with tempfile.NamedTemporaryFile() as file: file.write(b'y')
        result = [os.listdir('.'), os.listdir('sub'), os.listdir(tempfile.gettempdir())]
        os.remove('sub/b.txt'); os.rmdir('sub')
        """
    assert probe(worker, source) == [["sub"], ["b.txt"], ["work"]]


def test_one_can_signal_oneself(worker: Worker) -> None:
    """A process in the jail may send itself signals."""
    source = """
        import os, signal
        got = []
        signal.signal(signal.SIGUSR1, lambda *_: got.append(1))
        os.kill(os.getpid(), signal.SIGUSR1)
        signal.raise_signal(signal.SIGUSR1)
        result = len(got)
        """
    assert probe(worker, source) == 2


def test_a_python_below_tmp_changes_nothing() -> None:
    """/tmp can be written although libraries lie below it, and what is denied there stays shut."""
    with TemporaryDirectory(dir="/tmp") as name:
        library = Path(name, "lib")
        (library / "shut").mkdir(parents=True)
        (library / "open.py").write_text("x = 1")
        (library / "shut" / "secret.py").write_text("x = 2")
        Path(name).chmod(0o755)
        worker_file = Path(name, "worker.py")
        moved = f"import sys\nsys.exec_prefix = {name!r}\n"
        worker_file.write_text(moved + Path(PROBE_WORKER).read_text())
        with (
            Sandbox(
                Level.NAMESPACES, worker=str(worker_file), denied_paths=[library / "shut"]
            ) as sandbox,
            sandbox.start_worker(Limits(memory_mib=2048)) as worker,
        ):
            written = "open('/tmp/model.pt', 'w').write('x'); result = open('/tmp/model.pt').read()"
            assert probe(worker, written) == "x"
            assert probe(worker, f"result = open('{library}/open.py').read()") == "x = 1"
            assert probe(worker, f"open('{library}/open.py', 'w')") in (
                "OSError EROFS", "PermissionError EACCES")  # fmt: skip
            secret = library / "shut" / "secret.py"
            assert probe(worker, f"open('{secret}')") in REFUSED_READING
            assert probe(worker, f"import os; os.rename('{name}', '/tmp/moved')") is None
            elsewhere = str(secret).replace(name, "/tmp/moved")
            assert probe(worker, f"open('{elsewhere}')") in REFUSED_READING
